"""Counter-tests with real programs: from the package with its validator to the outcome that the reviewer sees."""

from typing import Any

from chalicelib.accounts.permissions import Role
from tests.app.judge.packages.sending import imported
from tests.app.tracks.evidence.judged import Judged, begun
from tests.app.tracks.peers import HOUR, good
from tests.support.school import Person, School

MAXIMUM = "n = int(input())\nprint(max(map(int, input().split())))"
MAXIMUM_TOO = "input()\nprint(sorted(map(int, input().split()))[-1])"
WRONG_BELOW_ZERO = "n = int(input())\nbest = 0\nfor x in map(int, input().split()): best = max(best, x)\nprint(best)"
TOO_SLOW = """
n = int(input())
numbers = list(map(int, input().split()))
if len(numbers) > 3:
    while True: pass
print(max(numbers))
"""
VALIDATOR = """
import sys
lines = sys.stdin.read().split("\\n")
numbers = list(map(int, lines[1].split()))
if len(numbers) != int(lines[0]) or len(numbers) > 1000:
    print("not as many numbers as promised", file=sys.stderr)
    sys.exit(43)
sys.exit(42)
"""
PACKAGE: dict[str, str | bytes] = {
    "problem.yaml": "problem_format_version: 2025-09\nname: Maximum\nlimits: {time_limit: 1}",
    "data/secret/2.in": "2\n7 5\n",
    "data/secret/2.ans": "7\n",
    "submissions/accepted/max.py": MAXIMUM,
}


def _track(school: School, files: dict[str, str | bytes]) -> Judged:
    teacher = school.person(Role.TEACHER)
    made = good(school.api.post("/problems", {"title": "Maximum"}, token=teacher.token))["id"]
    done = imported(school, teacher, made, files)
    assert done["state"] == "done", done
    return begun(school, made, teacher)


def _reviewed(track: Judged, *sources: str) -> dict[str, tuple[Person, int]]:
    """By source, who reviews it."""
    ids = {}
    for person, source in zip(track.track.people, sources, strict=True):
        ids[good(track.submit(person, source))["id"]] = source
        track.school.clock.forward(HOUR / 60)
    track.track.pass_time(10 * HOUR)
    found = {}
    for person in track.track.people:
        submission_id = good(track.track.next_to_review(person))["id"]
        found[ids[submission_id]] = (person, submission_id)
    return found


def _tried(track: Judged, reviewed: tuple[Person, int], given: str) -> Any:
    person, submission_id = reviewed
    sent = good(track.send(person, submission_id, given))
    path = f"/submissions/{submission_id}/counter-tests/{sent['id']}"
    return good(track.school.api.get(path, token=person.token))


def test_true_and_false_counter_tests_are_told_apart(sandbox: School) -> None:
    track = _track(sandbox, {**PACKAGE, "input_validators/v.py": VALIDATOR})
    reviewed = _reviewed(track, WRONG_BELOW_ZERO, MAXIMUM, MAXIMUM_TOO)
    wrong = _tried(track, reviewed[WRONG_BELOW_ZERO], "2\n-5 -7\n")
    assert (wrong["outcome"], wrong["verdict"]) == ("breaks", "WRONG_ANSWER")
    assert (wrong["answer"], wrong["output"]) == ("-5\n", "0\n")
    assert _tried(track, reviewed[MAXIMUM], "2\n-5 -7\n")["outcome"] == "holds"
    lying = _tried(track, reviewed[MAXIMUM], "3\n1 2\n")
    assert (lying["outcome"], lying["verdict"]) == ("invalid", None)
    assert lying["reason"].endswith("not as many numbers as promised")


def test_without_a_validator_the_jury_decides_what_an_input_is(sandbox: School) -> None:
    other: dict[str, str | bytes] = {"submissions/accepted/sorted.py": MAXIMUM_TOO}
    track = _track(sandbox, {**PACKAGE, **other})
    reviewed = _reviewed(track, TOO_SLOW, MAXIMUM, MAXIMUM_TOO)
    slow = _tried(track, reviewed[TOO_SLOW], "4\n1 2 3 4\n")
    assert (slow["outcome"], slow["verdict"]) == ("breaks", "TIME_LIMIT")
    invalid = _tried(track, reviewed[MAXIMUM], "no numbers\n")
    assert (invalid["outcome"], invalid["reason"]) == ("invalid", "A right program of the jury fails on it")
