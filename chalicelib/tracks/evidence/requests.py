"""Request bodies of counter-tests."""

from chalicelib.common.http.requests import Body


class CounterTestBody(Body):
    """`input` is what the program under review is given: at most 64 KiB."""

    input: str
