"""The demo school's main page, its news, a notification to the pupils, and the course that they attend."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.courses import enrollments
from chalicelib.courses import models as courses
from chalicelib.school import models
from chalicelib.school.models import MainPage, News, Notification, Tag

MAIN_PAGE = """\
Write programs, see at once which tests they pass, read each other's code, train together in one editor. This \
is a demo school: sign in as `pupil` or `teacher`, or make an account of your own.

Пишите программы и сразу видьте, какие тесты они проходят, читайте код друг друга, тренируйтесь командой в одном \
редакторе. Это демонстрационная школа: войдите как `pupil` или `teacher` или заведите свой аккаунт."""

NEWS = (
    (
        "The winter term has begun. Зимний семестр начался",
        "The first course is open to everybody. Первый курс открыт для всех.",
        """\
**First steps in programming** has ten tasks, from the first line that a program prints to the cheapest way home.

Курс **«Первые шаги в программировании»** — десять задач: от первой строки до самого дешёвого пути домой.""",
    ),
    (
        "Reading each other's code. Читаем код друг друга",
        "Three people, two small programs, six reviews. Трое участников, две программы, шесть рецензий.",
        """\
A track moves by itself: you write, you review, you see what others say of yours.

1. Enrol in a track. Запишитесь на трек.
2. Submit a link to your solution. Сдайте ссылку на решение.
3. Review three others. Проверьте три чужих.""",
    ),
    (
        "Team training on Saturday. Командная тренировка в субботу",
        "Three in one editor, for five hours. Трое в одном редакторе, пять часов.",
        "Bring two friends. Приводите двух друзей.",
    ),
)
WELCOME = (
    "Welcome to the demo school. Добро пожаловать",
    "Begin with the first course. Начните с первого курса.",
)
APART = timedelta(days=2)
"""Between one piece of news and the next."""


def ensure(pupils: Sequence[int], *, course_id: int, author_id: int) -> None:
    """Doing it again changes nothing; what was changed or deleted since stays so."""
    if models.find_main_page().version:
        return
    now = clock.now()
    _put_news(author_id, now)
    _put_welcome(pupils, author_id, now)
    _attend(pupils, course_id, now)
    # Last, so that a load that was interrupted is done again as a whole.
    MainPage(*models.MAIN_KEY, description=MAIN_PAGE, version=1).save()


def _put_news(author_id: int, now: datetime) -> None:
    for number, (title, description, body) in enumerate(NEWS, 1):
        News(
            *models.news_key(number),
            id=number,
            title=title,
            description=description,
            body=body,
            author_id=author_id,
            created_at=now - APART * (len(NEWS) - number),
        ).save()


def _put_welcome(pupils: Sequence[int], author_id: int, now: datetime) -> None:
    title, description = WELCOME
    welcome = Notification(
        *models.notification_key(1),
        id=1,
        title=title,
        description=description,
        tag=Tag.MEDIUM,
        type="NOTIFICATION",
        author_id=author_id,
        to_all=True,
        pupils_of=author_id,
        created_at=now,
    )
    welcome.save()
    for pupil in pupils:
        models.deliver(welcome, pupil)


def _attend(pupils: Sequence[int], course_id: int, now: datetime) -> None:
    course = courses.find_course(course_id)
    if course is None:
        raise LookupError(f"there is no demo course {course_id}")
    for pupil in pupils:
        try:
            enrollments.start_attendance(pupil, course, now, needs_grant=False)
        except transactions.ConditionFailed:
            continue  # they attend it already
