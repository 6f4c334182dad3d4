"""Pages of imports: how they are written, and when the time of one is over."""

import pytest

from chalicelib.common import hooks
from chalicelib.common.texts import Text
from chalicelib.judge.packages import pages
from chalicelib.judge.packages.pages import OutOfTime, PageTime
from chalicelib.judge.packages.recipes import Checked, Kept, Made


def test_a_page_is_read_as_it_was_written() -> None:
    checked = Checked({"v": 7}, ["bad.in"], [["v", Text("no", "no").to_json()]])
    answers: dict[int, bytes | Kept] = {1: b"6", 3: Kept(8, "9/3.out")}
    made = Made({1: b"5", 12: b"\xff", 2: Kept(7, "9/2.in")}, answers, checked, careful=True, firsts={1: b"7"})
    assert pages.unpack(pages.pack(made)) == made


def test_a_page_begins_its_first_job_whatever_the_time_is_and_no_other_when_it_is_over() -> None:
    time = PageTime(100.0)
    with hooks.override(monotonic=lambda: 101.0):
        time.check()
        time.begin_job()
        with pytest.raises(OutOfTime):
            time.begin_job()
        with pytest.raises(OutOfTime):
            time.check()
    with hooks.override(monotonic=lambda: 100.0):
        time.begin_job()
