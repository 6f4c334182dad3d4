"""Tracks of the demo school that are under way: one takes solutions, one is being reviewed, one is over.

They are stored as a track is that has come so far. Ids are fixed; real ones are longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.common import clock, ids
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.school import memberships
from chalicelib.tracks import models
from chalicelib.tracks.criteria import CriterionOptions
from chalicelib.tracks.diary_models import DiaryEntry
from chalicelib.tracks.fetching import reasons, states
from chalicelib.tracks.models import TOPIC, Assignment, AssignmentPlace, Membership, Participant, Status, Track
from chalicelib.tracks.oversight import models as keys
from chalicelib.tracks.oversight.appeal_models import Appeal, AppealPlace
from chalicelib.tracks.reliability.reliability import Rubric
from chalicelib.tracks.solutions import code_models
from chalicelib.tracks.solutions.code_models import Code, Origin
from chalicelib.tracks.solutions.file_rules import SolutionFile
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Capacity, Review, ReviewPlace, Submission, SubmissionPlace
from infra.local import demo_evidence
from infra.local.demo_track import CRITERIA

DAY = timedelta(days=1)
REVIEWS = 2
"""That each writes: all others of three."""
DAYS = 7
"""That sending in takes, and reviewing as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`ends_in`: how many days from now the running stage of each assignment ends; before that, those that are over."""

    track: int
    title: str
    description: str
    assignments: Sequence[tuple[str, str]]
    stages: Sequence[tuple[Stage, int]]


PLANS = (
    Plan(
        track=2,
        title="Sorting and searching. Сортировка и поиск",
        description="Three classics, written by yourself. Три классических алгоритма своими руками.",
        assignments=(
            ("Insertion sort. Сортировка вставками", "Sort up to 1000 numbers. Отсортируйте до 1000 чисел."),
            ("Binary search. Двоичный поиск", "Find a number in a sorted list. Найдите число в упорядоченном списке."),
            ("Merge sort. Сортировка слиянием", "Now a million of them. Теперь миллион чисел."),
        ),
        stages=((Stage.COMPLETED, -5), (Stage.CODE_REVIEW, 2), (Stage.NOT_STARTED, 0)),
    ),
    Plan(
        track=3,
        title="Games on paper. Игры на бумаге",
        description="Programs that play against you. Программы, которые играют с вами.",
        assignments=(
            ("Noughts and crosses. Крестики-нолики", "The program **never loses**. Программа **не проигрывает**."),
        ),
        stages=((Stage.SUBMISSION, 4),),
    ),
    Plan(
        track=4,
        title="Hello, world. Привет, мир",
        description="The first program of your life. Первая программа в жизни.",
        assignments=(("A greeting. Приветствие", "Ask for a name, and greet. Спросите имя и поздоровайтесь."),),
        stages=((Stage.COMPLETED, -20),),
    ),
)
LINK = "https://github.example/lyceum-pupils/{assignment}-{number}"
POINTS = ((9, 7, 6), (8, 8, 3), (10, 6, 5), (7, 9, 8), (9, 9, 9), (6, 7, 4))
"""Of one review after the other, by criterion."""
REMARKS: tuple[dict[str, str], ...] = (
    {"clarity": "Names like `a1` hide what they hold. Имена вроде `a1` ничего не говорят."},
    {"tests": "The empty list is missing. Не хватает пустого списка."},
    {},
)
COMMENTS = (
    "It works, and is easy to follow. Работает, и легко понять.",
    "Split the long function, please. Разбейте длинную функцию.",
    "I would do it in the same way. Сделал бы так же.",
)
SORT = """def insertion_sort(numbers):
    for at in range(1, len(numbers)):
        number = numbers[at]
        while at and numbers[at - 1] > number:
            numbers[at] = numbers[at - 1]
            at -= 1
        numbers[at] = number
    return numbers


input()
print(*insertion_sort([int(word) for word in input().split()]))
"""
SEARCH = """def find(numbers, wanted):
    a1, a2 = 0, len(numbers)
    while a1 < a2:
        middle = (a1 + a2) // 2
        if numbers[middle] < wanted:
            a1 = middle + 1
        else:
            a2 = middle
    return a1 if a1 < len(numbers) and numbers[a1] == wanted else -1
"""
TESTS = """from search import find

assert find([1, 3, 5], 3) == 1
assert find([1, 3, 5], 4) == -1
"""
FILES: Mapping[int, Sequence[SolutionFile]] = {
    21: (SolutionFile("sort.py", SORT),),
    22: (SolutionFile("search.py", SEARCH), SolutionFile("tests/test_search.py", TESTS)),
}
"""By assignment; the others have links alone."""
GAME = (SolutionFile("game.py", 'board = [" "] * 9\nprint("|".join(board[:3]))\n'),)
FETCHED, COMMIT = 31, "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The assignment whose links were asked for, and what was fetched for the last of its authors."""
JUDGED = APPEALED = 21
"""The assignment whose solutions are judged, where the last author appeals, and each has rated their reviews."""
MAX_SCORE = 10
WORKS = next(iter(CRITERIA))
"""The criterion that the judge knows of."""
APPEAL = "It does sort equal numbers: see the last loop. Равные числа он сортирует: смотрите последний цикл."
RATINGS = (
    {"helpful": 5, "text": "Showed me the line. Показали на строку."},
    {"helpful": 2, "text": None},
)
NOTES = (
    "Drew it on paper first: that helped. Сначала нарисовал на бумаге, это помогло.",
    "The last element was the trap. Подвох был в последнем элементе.",
)


def ensure(member_ids: Sequence[int], *, author_id: int) -> None:
    """Doing it again changes nothing. The first of three members still has to write all their reviews."""
    for plan in PLANS:
        if models.find_track(plan.track) is None:
            if any(plan.track * 10 + number == JUDGED for number, _ in enumerate(plan.assignments, 1)):
                demo_evidence.add_problem(author_id, clock.now())
            _put(plan, member_ids, author_id, clock.now())


def _put(plan: Plan, member_ids: Sequence[int], author_id: int, now: datetime) -> None:
    duties: dict[int, dict[str, set[str]]] = {each: {"owes": set(), "written": set()} for each in member_ids}
    found = [_assignment(plan, number, now) for number in range(len(plan.assignments))]
    for assignment in found:
        _fill(assignment, member_ids, duties, now)
    started_at = min(each.opened_at for each in found if each.opened_at)
    for number, member in enumerate(member_ids):
        _enroll(plan.track, number, member, duties[member], started_at)
    # Last, so that a load that was interrupted is done again as a whole.
    _put_track(plan, found, member_ids, author_id, started_at)


def _put_track(
    plan: Plan, found: Sequence[Assignment], member_ids: Sequence[int], author_id: int, started_at: datetime
) -> None:
    running = [each for each in found if each.stage in {Stage.SUBMISSION, Stage.CODE_REVIEW}]
    track = Track(
        *models.track_key(plan.track),
        id=plan.track,
        title=plan.title,
        description=plan.description,
        required_participants=len(member_ids),
        current_participants=len(member_ids),
        reviews_per_user=REVIEWS,
        assignments_count=len(found),
        criteria=CRITERIA,
        criteria_options={WORKS: CriterionOptions(works=True).to_json()},
        max_score=MAX_SCORE,
        author_id=author_id,
        created_at=started_at - DAY,
        started_at=started_at,
        status=Status.ACTIVE if running else Status.COMPLETED,
        listed=ids.sortable(plan.track),
    )

    def fill(transaction: Transaction) -> None:
        transaction.save(track)
        for each in running:
            timers.start(transaction, TOPIC, str(plan.track), each.stage_state.deadline)

    transactions.transact(fill)


def _assignment(plan: Plan, number: int, now: datetime) -> Assignment:
    """As it is after its steps: those who are late have been reminded."""
    (title, description), (stage, ends_in) = plan.assignments[number], plan.stages[number]
    assignment_id = plan.track * 10 + number + 1
    ends_at = now + ends_in * DAY
    submitted_by = ends_at if stage is Stage.SUBMISSION else ends_at - DAYS * DAY
    is_open = stage is not Stage.NOT_STARTED
    return Assignment(
        *models.assignment_key(plan.track, assignment_id),
        id=assignment_id,
        track_id=plan.track,
        title=title,
        description=description,
        order=number + 1,
        deadline_hours=DAYS * 24,
        review_hours=DAYS * 24,
        created_at=now - 30 * DAY,
        stage=stage,
        opened_at=submitted_by - DAYS * DAY if is_open else None,
        submission_deadline=submitted_by if is_open else None,
        code_review_deadline=submitted_by + DAYS * DAY if is_open else None,
        reminded=is_open,
        reviews_each=REVIEWS if stage in {Stage.CODE_REVIEW, Stage.COMPLETED} else 0,
        problem_id=demo_evidence.PROBLEM if assignment_id == JUDGED else None,
    )


def _fill(
    assignment: Assignment, member_ids: Sequence[int], duties: Mapping[int, Mapping[str, set[str]]], now: datetime
) -> None:
    """What was sent in, and who reviews it or has; while it takes solutions, only the others have sent theirs in."""
    if assignment.opened_at is not None:
        authors = member_ids[1:] if assignment.stage == Stage.SUBMISSION else member_ids
        sent = [_submission(assignment, number, author) for number, author in enumerate(authors)]
        files = {each.id: FILES.get(assignment.id, ()) for each in sent}
        if assignment.id == FETCHED:
            files[sent[-1].id] = GAME
        reviews = []
        if assignment.stage != Stage.SUBMISSION:
            reviews = _review_all(assignment, sent, member_ids, duties)
        if assignment.id == JUDGED:
            files[sent[-1].id] = demo_evidence.LOSER
            _prove(assignment, sent, reviews, files)
            _appeal(assignment, sent[-1], now)
        for submission in sent:
            _add_code(submission, files[submission.id])
            if assignment.id == FETCHED:
                _fetch(submission, is_there=submission is sent[-1])
            submission.save()
        for number, content in enumerate(NOTES):
            _note(assignment, number, member_ids[-1 - number], content, now)
    AssignmentPlace(*models.assignment_place_key(assignment.id), track_id=assignment.track_id).save()
    assignment.save()


def _prove(
    assignment: Assignment,
    sent: Sequence[Submission],
    reviews: Sequence[Review],
    files: Mapping[int, Sequence[SolutionFile]],
) -> None:
    """All are judged. The first who reviewed the last shows that it fails, and is answered."""
    for submission in sent:
        demo_evidence.judge(assignment, submission, files[submission.id])
    review = next(each for each in reviews if each.submission_id == sent[-1].id)
    demo_evidence.try_out(sent[-1], review)
    demo_evidence.talk(sent[-1], review)
    review.line_comments = 1
    review.save()
    right = {each.id: each.judged["verdict"] == Verdict.OK for each in sent}
    rubric = Rubric(criteria=list(CRITERIA), max_score=MAX_SCORE, works=WORKS, right=right)
    demo_evidence.calibrate(assignment, reviews, rubric)


def _fetch(submission: Submission, *, is_there: bool) -> None:
    """What came of the link: the code of the last was fetched, the others' are on a host that is not allowed."""
    at = submission.submitted_at + timedelta(minutes=1)
    asked = states.begun(submission.id, submission.submitted_at)
    fetched = asked.fetched(COMMIT, at) if is_there else asked.failed(reasons.HOST_NOT_ALLOWED, at)
    submission.fetch = fetched.to_json()


def _add_code(submission: Submission, files: Sequence[SolutionFile]) -> None:
    """The first version of its files, if there are some and they are not there yet."""
    if not files:
        return
    submission.code_version = submission.versions = 1
    if code_models.find(submission.id, 1) is not None:
        return
    commit = COMMIT if submission.assignment_id == FETCHED else None
    code = Code(files=tuple(files), origin=Origin.COMMIT if commit else Origin.FILES, commit=commit)
    transactions.transact(
        lambda transaction: code_models.add(transaction, submission.id, 1, code, submission.submitted_at)
    )


def _submission(assignment: Assignment, number: int, author: int) -> Submission:
    submission_id = assignment.id * 10 + number + 1
    SubmissionPlace(
        *models.submission_place_key(submission_id),
        track_id=assignment.track_id,
        assignment_id=assignment.id,
        user_id=author,
    ).save()
    return Submission(
        *models.submission_key(assignment.id, author),
        id=submission_id,
        repository_url=LINK.format(assignment=assignment.id, number=number + 1),
        track_id=assignment.track_id,
        assignment_id=assignment.id,
        user_id=author,
        submitted_at=_opened(assignment) + timedelta(days=number + 1),
    )


def _opened(assignment: Assignment) -> datetime:
    if assignment.opened_at is None:
        raise ValueError(f"{assignment.title} is not open")
    return assignment.opened_at


def _review_all(
    assignment: Assignment,
    sent: Sequence[Submission],
    member_ids: Sequence[int],
    duties: Mapping[int, Mapping[str, set[str]]],
) -> list[Review]:
    """Each reviews all others; the first has not yet, where the stage goes on."""
    written = []
    pairs = [(member, each) for member in member_ids for each in sent if each.user_id != member]
    for turn, (reviewer, submission) in enumerate(pairs):
        duty = models.review_duty(assignment.id, submission.id)
        if assignment.stage == Stage.CODE_REVIEW and reviewer == member_ids[0]:
            duties[reviewer]["owes"].add(duty)
            assignment.owed += 1
            continue
        duties[reviewer]["written"].add(duty)
        submission.reviews += 1
        written.append(_review(assignment, submission, reviewer, turn))
    return written


def _review(assignment: Assignment, submission: Submission, reviewer: int, turn: int) -> Review:
    review_id = submission.id * 10 + turn + 1
    ReviewPlace(
        *models.review_place_key(review_id),
        track_id=assignment.track_id,
        assignment_id=assignment.id,
        author_id=submission.user_id,
        reviewer_id=reviewer,
    ).save()
    review = Review(
        *models.review_key(assignment.id, submission.user_id, reviewer),
        id=review_id,
        assignment_id=assignment.id,
        submission_id=submission.id,
        author_id=submission.user_id,
        reviewer_id=reviewer,
        capacity=Capacity.OWED,
        scores=dict(zip(CRITERIA, POINTS[turn % len(POINTS)], strict=True)),
        remarks=REMARKS[turn % len(REMARKS)],
        comment=COMMENTS[turn % len(COMMENTS)],
        completed_at=_opened(assignment) + timedelta(days=DAYS, hours=turn + 1),
        rating=RATINGS[turn % len(RATINGS)] if assignment.id == APPEALED else None,
    )
    review.save()
    return review


def _appeal(assignment: Assignment, submission: Submission, now: datetime) -> None:
    """One that waits for a decision."""
    appeal_id, made_at = submission.id * 10 + 1, now - 3 * DAY
    AppealPlace(*keys.appeal_place_key(appeal_id), track_id=assignment.track_id).save()
    Appeal(
        *keys.appeal_key(assignment.track_id, appeal_id),
        id=appeal_id,
        track_id=assignment.track_id,
        assignment_id=assignment.id,
        submission_id=submission.id,
        author_id=submission.user_id,
        criterion=next(iter(CRITERIA)),
        text=APPEAL,
        created_at=made_at,
    ).save()
    submission.appeals, submission.open_appeal, submission.appealed_at = [appeal_id], appeal_id, made_at


def _note(assignment: Assignment, number: int, writer: int, content: str, now: datetime) -> None:
    entry_id = assignment.id * 10 + number + 1
    DiaryEntry(
        *models.diary_key(assignment.id, entry_id),
        id=entry_id,
        assignment_id=assignment.id,
        user_id=writer,
        content=content,
        created_at=min(_opened(assignment) + (number + 1) * timedelta(hours=20), now),
    ).save()


def _enroll(track_id: int, number: int, member: int, duties: Mapping[str, set[str]], started_at: datetime) -> None:
    enrolled_at = started_at - timedelta(hours=1)
    participant = Participant(
        *models.participant_key(track_id, member),
        id=track_id * 10 + number + 1,
        track_id=track_id,
        user_id=member,
        enrolled_at=enrolled_at,
        owes=duties["owes"] or None,
        written=duties["written"] or None,
    )

    def fill(transaction: Transaction) -> None:
        transaction.save(participant)
        transaction.save(Membership(*models.membership_key(member, track_id), track_id=track_id))
        memberships.add_pupil(transaction, member, models.group_of(track_id), enrolled_at)

    transactions.transact(fill)
