"""Which languages whoever asks for a statement reads."""

from chalicelib.common import spoken_names
from chalicelib.common.http.requests import Request
from chalicelib.judge.requests import SpokenQuery


def asked(request: Request, query: SpokenQuery | None = None) -> list[str]:
    """The best first: `?language=`, then those of Accept-Language. The answer depends on that header, and says so."""
    request.headers_to_set["Vary"] = "Accept-Language"
    return spoken_names.asked_for(request.headers.get("accept-language", ""), query.language if query else None)
