"""A track of twelve whose reviewers prove what they say, through everything that is deployed, the judge included."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.e2e.test_packages import finished, upload
from tests.e2e.tracks.peers import Participant, Track, enrol, good
from tests.support import zips

STAGE_HOURS = 1
"""No stage is waited for: the teacher ends the first, and the last review the second."""
JUDGED_WITHIN = 90.0
"""Seconds, for everything that is sent to the judge at once."""
VALIDATOR = """
import re, sys
sys.exit(42 if re.fullmatch(r"-?[0-9]{1,9} -?[0-9]{1,9}\\n", sys.stdin.read()) else 43)
"""
RIGHT = "a, b = map(int, input().split())\nprint(a + b)\n"
CONSTANT = "input()\nprint(2)  # like the sample\n"
POSITIVE = "a, b = map(int, input().split())\nprint(abs(a) + abs(b))\n"
"""Wrong, and none of the problem's tests shows it."""
PROGRAMS = [*[RIGHT] * 8, *[CONSTANT] * 2, *[POSITIVE] * 2]
PACKAGE = {
    "sum/problem.yaml": "name: Sum\nlimits: {time_limit: 1, memory: 128}",
    "sum/problem_statement/problem.en.md": "Add the two numbers.",
    "sum/input_validators/validate/validate.py": VALIDATOR,
    "sum/data/sample/1.in": "1 1\n",
    "sum/data/sample/1.ans": "2\n",
    "sum/data/secret/2.in": "20 22\n",
    "sum/data/secret/2.ans": "42\n",
    "sum/submissions/accepted/right.py": RIGHT,
}
BREAKING = "-3 1\n"
OUTCOMES = {RIGHT: {"3 4\n": "holds", "three four\n": "invalid"}, POSITIVE: {BREAKING: "breaks"}, CONSTANT: {}}
"""What is tried on which program, and what it comes to."""
CARELESS = 2
"""So many of the twelve look at nothing: they give everything the same."""
GOOD, BAD, CARELESS_POINTS = {"style": 8, "works": 10}, {"style": 8, "works": 1}, {"style": 8, "works": 8}
"""Who looks is right about every program, whoever reviews it beside them; who does not is right about none."""


@dataclass
class Reviewed:
    """What reviewers did: the counter-tests that they sent, and by submission what its program is."""

    programs: dict[int, str] = field(default_factory=dict)
    sent: list[tuple[Participant, str, str]] = field(default_factory=list)
    """Who sent it, its path, and what it is to come to."""

    def review_all(self, person: Participant, assignment_id: int, *, is_careless: bool) -> int:
        """All that somebody owes; how many reviews that were."""
        written = 0
        while (handed := person.http.get(f"/assignments/{assignment_id}/review/submission")).is_success:
            submission_id = handed.json()["id"]
            body: dict[str, Any] = {"criteria_scores": CARELESS_POINTS}
            if not is_careless:
                body = self._look_at(person, assignment_id, submission_id)
            good(person.http.post(f"/submissions/{submission_id}/review", json=body))
            written += 1
        return written

    def _look_at(self, person: Participant, assignment_id: int, submission_id: int) -> dict[str, Any]:
        path = f"/assignments/{assignment_id}/submissions/{submission_id}/files"
        (file,) = good(person.http.get(path, params={"path": "sum.py"}))["files"]
        program = self.programs[submission_id] = file["content"]
        for given, outcome in OUTCOMES[program].items():
            sent = good(person.http.post(f"/submissions/{submission_id}/counter-tests", json={"input": given}))
            self.sent.append((person, f"/submissions/{submission_id}/counter-tests/{sent['id']}", outcome))
        said = {"path": "sum.py", "from_line": 2, "to_line": 2, "text": "What it prints", "criterion": "works"}
        return {"criteria_scores": GOOD if program == RIGHT else BAD, "comment": "Read it", "line_comments": [said]}


@pytest.fixture
def people(join: Callable[[], Participant]) -> list[Participant]:
    return [join() for _ in PROGRAMS]


def test_reviewers_prove_what_they_say(teacher: httpx.Client, people: list[Participant]) -> None:
    problem = proved_problem(teacher)
    track = make_judged_track(teacher, problem)
    (assignment,) = track.assignments
    enrol(track, *people)
    track.wait_for(0, "submission")
    for person, program in zip(people, PROGRAMS, strict=True):
        body = {"files": [{"path": "sum.py", "content": program}], "language": "python3"}
        good(person.http.post(f"/assignments/{assignment}/submit", json=body))
    wait_until(lambda: len(verdicts(teacher, assignment)) == len(PROGRAMS), JUDGED_WITHIN)
    assert verdicts(teacher, assignment) == ["OK"] * 10 + ["WRONG_ANSWER"] * 2

    good(teacher.post(f"/assignments/{assignment}/close", json={"stage": "submission"}))
    track.wait_for(0, "code_review")
    reviewed = Reviewed()
    # The careful write first: what they prove is known when the last of the careless ends the stage.
    for person in people[CARELESS:]:
        assert reviewed.review_all(person, assignment, is_careless=False) == 3
    assert [outcome_of(person, path) for person, path, _ in reviewed.sent] == [each for _, _, each in reviewed.sent]
    assert {outcome for _, _, outcome in reviewed.sent} == {"breaks", "holds", "invalid"}
    for person in people[:CARELESS]:
        assert reviewed.review_all(person, assignment, is_careless=True) == 3
    wait_until(lambda: track.state()["status"] == "completed", PATIENCE)

    author_sees_the_evidence(people[-1], assignment)
    careless_are_less_reliable(teacher, track, [person.id for person in people[:CARELESS]])
    evidence_earns_points(teacher, track, reviewed)
    what_breaks_becomes_a_test(teacher, problem, assignment, reviewed)
    an_appeal_is_decided(teacher, people[-1], track, assignment)


def proved_problem(teacher: httpx.Client) -> int:
    problem = int(good(teacher.post("/problems", json={"title": "To come"}))["id"])
    data = zips.packed(PACKAGE)
    announced = good(teacher.post(f"/problems/{problem}/package", json={"size": len(data)}))
    assert upload(announced, data).status_code == 204
    done = finished(teacher, f"/problems/{problem}/package/{announced['import_id']}")
    assert (done["state"], done["faults"], [each["is_met"] for each in done["jury"]]) == ("done", [], [True])
    return problem


def make_judged_track(teacher: httpx.Client, problem: int) -> Track:
    body = {
        "title": "Evidence",
        "required_participants": len(PROGRAMS),
        "review_criteria": {"style": "Clean?", "works": "Right?"},
        "criteria_options": {"works": {"works": True}},
        "weighted": True,
    }
    track = int(good(teacher.post("/tracks", json=body))["id"])
    hours = {"deadline_hours": STAGE_HOURS, "review_hours": STAGE_HOURS}
    judged = {"problem_id": problem, "verdict_shown": "never", "evidence_points": 2}
    work = {"title": "Sum", "description": "Add two numbers", **hours, **judged}
    return Track(teacher, track, [int(good(teacher.post(f"/tracks/{track}/assignments", json=work))["id"])])


def verdicts(teacher: httpx.Client, assignment: int) -> list[str]:
    """Those that are there, in alphabetical order."""
    results = good(teacher.get(f"/assignments/{assignment}/reviews"))["results"]
    found = [each["submission"]["judged"]["verdict"] for each in results]
    return sorted(each for each in found if each is not None)


def outcome_of(person: Participant, path: str) -> str:
    """What a counter-test came to, once it did."""

    def outcome() -> str:
        return str(good(person.http.get(path))["outcome"])

    wait_until(lambda: outcome() != "waiting", JUDGED_WITHIN)
    return outcome()


def author_sees_the_evidence(author: Participant, assignment: int) -> None:
    """Of a program that the judge had passed: a proof that it fails, what it is about, and no name."""
    (result,) = good(author.http.get(f"/assignments/{assignment}/reviews"))["results"]
    submission = result["submission"]["id"]
    tried = good(author.http.get(f"/submissions/{submission}/counter-tests"))["items"]
    assert {(each["outcome"], each["input"], each["reviewer_id"]) for each in tried} == {("breaks", BREAKING, None)}
    whole = good(author.http.get(f"/submissions/{submission}/counter-tests/{tried[0]['id']}"))
    assert (whole["answer"].split(), whole["output"].split()) == (["-2"], ["4"])
    said = good(author.http.get(f"/submissions/{submission}/comments"))["items"]
    assert {(each["path"], each["from_line"], each["criterion"]) for each in said} == {("sum.py", 2, "works")}


def careless_are_less_reliable(teacher: httpx.Client, track: Track, careless: list[int]) -> None:
    reviewers = good(teacher.get(f"/tracks/{track.id}/reliability"))["reviewers"]
    found = {each["user_id"]: each["reliability"] for each in reviewers}
    assert {value for who, value in found.items() if who not in careless} == {1}
    assert max(found[each] for each in careless) < 1


def evidence_earns_points(teacher: httpx.Client, track: Track, reviewed: Reviewed) -> None:
    earned: dict[int, int] = {}
    for person, _, outcome in reviewed.sent:
        if outcome == "breaks":
            earned[person.id] = earned.get(person.id, 0) + 2
    standings = good(teacher.get(f"/tracks/{track.id}/standings"))
    assert {each["user_id"]: each["evidence"] for each in standings if each["evidence"]} == earned


def what_breaks_becomes_a_test(teacher: httpx.Client, problem: int, assignment: int, reviewed: Reviewed) -> None:
    """And whose program passed the old tests fails the new one, once the teacher has all judged anew."""
    path = next(path for _, path, outcome in reviewed.sent if outcome == "breaks")
    assert good(teacher.post(f"{path}/adopt"))["tests_count"] == 3
    assert good(teacher.post(f"/assignments/{assignment}/rejudge"))["status"] == "Checking"
    wrong = ["OK"] * 8 + ["WRONG_ANSWER"] * 4
    wait_until(lambda: verdicts(teacher, assignment) == wrong, JUDGED_WITHIN)
    assert good(teacher.get(f"/problems/{problem}"))["tests_count"] == 3


def an_appeal_is_decided(teacher: httpx.Client, author: Participant, track: Track, assignment: int) -> None:
    good(author.http.post(f"/assignments/{assignment}/appeal", json={"criterion": "style", "text": "It is clean"}))
    (appeal,) = good(teacher.get(f"/tracks/{track.id}/appeals", params={"state": "open"}))["items"]
    decision = {"scores": {"style": 9, "works": 0}, "reason": "Clean, and wrong"}
    good(teacher.post(f"/appeals/{appeal['id']}/decision", json=decision))
    (result,) = good(author.http.get(f"/assignments/{assignment}/reviews"))["results"]
    assert result["score"] == 9
    wait_until(lambda: "APPEAL_DECIDED" in author.types(), PATIENCE)
