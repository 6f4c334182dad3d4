"""A dispatcher that dies at any step of a judging: it is a try, and what dies each time is given up in the end."""

from datetime import timedelta

import pytest

from chalicelib.judge import models, waiting_models
from chalicelib.judge.grading import grader
from chalicelib.judge.models import Submission
from chalicelib.judge.problems import testsets
from chalicelib.judge.submissions import recovery, submissions
from chalicelib.judge.submissions.submissions import Program
from tests.app.judge.packages.test_broken_off import Killed, Steps
from tests.support.school import Person, Queue, School

READS = 2
"""The submission and its problem; then it is written that the judging begins."""


def waiting(school: School, pupil: Person) -> int:
    school.queue.held = True
    program = Program(language="python3", source="5")
    return int(submissions.submit(pupil.id, school.problem(), program, origin="test#1").id)


def stored(submission_id: int) -> Submission:
    found = models.find_submission(submission_id)
    assert found is not None
    return found


def test_dying_at_any_step_after_the_first_reads_is_a_try(school: School, pupil: Person) -> None:
    submission_id, tries, step = waiting(school, pupil), 0, 0
    while not stored(submission_id).is_final:
        testsets.forget()
        steps = Steps(step)
        try:
            with steps.watched():
                grader.judge(submission_id)
        except Killed:
            tries += step > READS
            assert stored(submission_id).tries == tries
            assert begun(school) == [submission_id] * (tries > 0 and not stored(submission_id).is_final)
        step += 1

    assert stored(submission_id).verdict == "OK"
    assert tries >= 4  # the progress is told, the tests are read, the verdict is written, and told


def begun(school: School) -> list[int]:
    moment = school.clock.now + timedelta(seconds=1)
    return [each.id for each in waiting_models.waiting_since(moment, at_most=9, partition=waiting_models.BEGUN)]


def test_what_dies_each_time_is_given_up(school: School, pupil: Person) -> None:
    """As with tests that do not fit into the function's memory."""
    submission_id = waiting(school, pupil)
    for _ in range(recovery.MOST_TRIES):
        testsets.forget()
        with pytest.raises(Killed), Steps(READS + 1).watched():
            grader.judge(submission_id)
    school.clock.forward(timedelta(minutes=2, seconds=1))
    recovery.recover()
    assert stored(submission_id).verdict == "SYSTEM_ERROR"


def test_one_that_cannot_be_recovered_holds_up_no_other(school: School, pupil: Person) -> None:
    first, second = waiting(school, pupil), waiting(school, pupil)

    class Broken(Queue):
        def put(self, submission_id: int, user_id: int) -> None:
            if submission_id == first:
                raise ConnectionError(submission_id)
            super().put(submission_id, user_id)

    school.sqs.submissions = queue = Broken()
    queue.held = True
    school.clock.forward(timedelta(minutes=2, seconds=1))
    with pytest.raises(ExceptionGroup) as failed:
        recovery.recover()
    assert failed.group_contains(ConnectionError, match=str(first))
    assert queue.waiting == [second]
