"""Virtual School: the objects of its README, in its order, through the requests that it says carry them.

Where we differ: docs/seeds.md.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, wait_until

PASSWORD = "qwerty1234QW"
COOKIE = "__Secure-refresh-token"
Object = dict[str, Any]


class VirtualSchool:
    """A browser: it keeps the access token, and the cookie."""

    def __init__(self, url: str, opened: ExitStack) -> None:
        hooks = {"response": [self._trust_localhost]}
        self.http = opened.enter_context(httpx.Client(base_url=url, timeout=40, event_hooks=hooks))
        self.access_token = ""

    @property
    def cookies(self) -> dict[str, str | None]:
        return {cookie.name: cookie.value for cookie in self.http.cookies.jar}

    def get(self, path: str, **params: str | int) -> httpx.Response:
        return self.http.get(path, params=params, headers=self._authorization())

    def post(self, path: str, body: Object) -> httpx.Response:
        return self.http.post(path, json=body, headers=self._authorization())

    def put(self, path: str, body: Object) -> httpx.Response:
        return self.http.put(path, json=body, headers=self._authorization())

    def patch(self, path: str, body: Object) -> httpx.Response:
        return self.http.patch(path, json=body, headers=self._authorization())

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(path, headers=self._authorization())

    def login(self, email: str, password: str) -> httpx.Response:
        answer = self.http.post("/auth/login", json={"email": email, "password": password})
        if answer.is_success:
            self.access_token = answer.json()["token"]["access_token"]
        return answer

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}

    def _trust_localhost(self, response: httpx.Response) -> None:
        """Browsers send secure cookies to localhost by plain http as well, httpx does not."""
        for cookie in self.http.cookies.jar:
            cookie.secure = False


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Callable[[], VirtualSchool]]:
    """Makes a client, which nobody has signed in with."""
    with ExitStack() as opened:
        yield lambda: VirtualSchool(cloud.front_door_url, opened)


@pytest.fixture
def anonym(client: Callable[[], VirtualSchool]) -> VirtualSchool:
    return client()


@pytest.fixture
def registration() -> Object:
    """The README's example, of somebody else each time."""
    return {
        "email": f"andrey.{secrets.token_hex(4)}@example.ru",
        "password": PASSWORD,
        "name": "Андрей",
        "secondname": "Шахов",
        "patronymic": "Владимирович",
        "birthdate": "2000-11-22",
        "phone": f"8{secrets.randbelow(10**10):010}",
        "class": 1,
    }


@pytest.fixture
def pupil(client: Callable[[], VirtualSchool], registration: Object) -> VirtualSchool:
    pupil = client()
    registered = pupil.post("/auth/registration", registration)
    assert registered.is_success, registered.text
    pupil.login(registration["email"], PASSWORD)
    return pupil


@pytest.fixture
def teacher(client: Callable[[], VirtualSchool]) -> VirtualSchool:
    teacher = client()
    assert teacher.login("teacher@lyceum.example", demo.PASSWORD).json()["role"] == "teacher"
    return teacher


@pytest.fixture
def admin(client: Callable[[], VirtualSchool]) -> VirtualSchool:
    admin = client()
    assert admin.login("admin@lyceum.example", demo.PASSWORD).json()["role"] == "admin"
    return admin


def user_id_of(school: VirtualSchool) -> int:
    login_id: int = school.get("/me").json()["login_id"]
    return login_id


# --- news ------------------------------------------------------------------------------------------------------------


NEWS = {
    "title": "Тестовый заголовок",
    "description": "Описание для тестовой новости.",
    "body": "Тестовое тело.",
    "image": "https://example.com/image.png",
}


def test_news(anonym: VirtualSchool, admin: VirtualSchool) -> None:
    before = today()
    oid = admin.post("/main/news", NEWS).json()
    assert len(anonym.get("/main/news", page=1, size=1).json()) == 1
    news = shown(anonym, oid["id"])

    assert news.keys() >= {"id", "title", "description", "body", "date", "image"}
    assert {name: news[name] for name in NEWS} == NEWS
    assert news["date"] in {before, today()}

    assert admin.patch(f"/main/news/{oid['id']}", {"title": "Новый заголовок"}).is_success
    assert shown(anonym, oid["id"])["title"] == "Новый заголовок"
    assert admin.delete(f"/main/news/{oid['id']}").is_success
    assert oid["id"] not in [each["id"] for each in anonym.get("/main/news").json()]
    assert admin.delete(f"/main/news/{oid['id']}").status_code == 404


def shown(anonym: VirtualSchool, news_id: int) -> Object:
    """One of the newest, not the first: other tests write news meanwhile."""
    (news,) = [each for each in anonym.get("/main/news").json() if each["id"] == news_id]
    return dict(news)


@pytest.mark.parametrize(("attribute", "longest"), [("title", 128), ("description", 256), ("body", 1024)])
def test_limits_of_news(admin: VirtualSchool, attribute: str, longest: int) -> None:
    fits = admin.post("/main/news", {**NEWS, attribute: "я" * longest})
    assert fits.status_code == 201
    admin.delete(f"/main/news/{fits.json()['id']}")
    assert admin.post("/main/news", {**NEWS, attribute: "я" * (longest + 1)}).status_code == 400


# --- error -----------------------------------------------------------------------------------------------------------


def test_error_names_everything_that_is_wrong(anonym: VirtualSchool, registration: Object) -> None:
    refused = anonym.post("/auth/registration", {**registration, "email": "andrey", "name": "Andrey"})
    assert (refused.status_code, refused.json()["errors"]) == (400, ["email validation error", "name validation error"])


def test_error_of_an_email_that_exists(anonym: VirtualSchool, pupil: VirtualSchool, registration: Object) -> None:
    refused = anonym.post("/auth/registration", {**registration, "phone": f"{registration['phone']}0"})
    assert (refused.status_code, refused.json()["errors"]) == (400, ["email already exists"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/user/users"), ("POST", "/main/news"), ("GET", "/main/news/404"), ("GET", "/auth/refresh")],
)
def test_every_error_has_errors(anonym: VirtualSchool, method: str, path: str) -> None:
    refused = anonym.http.request(method, path)
    assert refused.is_client_error
    assert all(isinstance(error, str) for error in refused.json()["errors"])
    assert refused.json()["errors"]


# --- oid -------------------------------------------------------------------------------------------------------------


def test_oid(admin: VirtualSchool) -> None:
    course = {"name": "Курс", "description": "О чём он", "language": "python3"}
    # No other test's class: what is sent to one would be among what those pupils count.
    notification = {"title": "Экскурсия", "description": "Завтра", "class": 10}
    for path, body in (("/main/news", NEWS), ("/main/courses", course), ("/user/notifications", notification)):
        oid = admin.post(path, body)
        assert oid.json().keys() >= {"id"}
        assert isinstance(oid.json()["id"], int)
        assert admin.delete(f"{path}/{oid.json()['id']}").is_success


# --- login, login_response, token ------------------------------------------------------------------------------------


def test_login(anonym: VirtualSchool, pupil: VirtualSchool, registration: Object) -> None:
    before = datetime.now(UTC).timestamp()
    login_response = anonym.login(registration["email"], PASSWORD).json()

    assert login_response.keys() == {"role", "token", "user_info"}
    assert login_response["role"] == "user"
    token, user = login_response["token"], login_response["user_info"]
    assert token.keys() >= {"token_type", "access_token", "expires_in", "expires"}
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 360)
    assert isinstance(token["expires"], int)
    assert token["expires"] > before + token["expires_in"]
    assert user["state"] == "new"
    assert {name: user[name] for name in registration if name != "password"} == {
        name: value for name, value in registration.items() if name != "password"
    }


def test_access_token_is_a_bearer_token(pupil: VirtualSchool) -> None:
    assert pupil.http.get("/user/users", headers={"Authorization": f"Bearer {pupil.access_token}"}).status_code == 200
    assert pupil.http.get("/user/users", headers={"Authorization": pupil.access_token}).status_code == 401


@pytest.mark.parametrize(
    "credentials", [{"email": "nobody@example.ru", "password": PASSWORD}, {"email": "andrey.shahov@example.ru"}]
)
def test_login_is_refused(anonym: VirtualSchool, credentials: Object) -> None:
    refused = anonym.post("/auth/login", credentials)
    assert refused.is_client_error
    assert "token" not in refused.json()
    assert anonym.cookies == {}


def test_refresh_token_is_in_a_cookie(pupil: VirtualSchool) -> None:
    first = pupil.cookies[COOKIE]
    assert first is not None

    token = pupil.get("/auth/refresh")

    assert token.json().keys() >= {"token_type", "access_token", "expires_in", "expires"}
    assert token.json()["token_type"] == "Bearer"
    assert pupil.cookies[COOKIE] != first
    pupil.access_token = token.json()["access_token"]
    assert pupil.get("/user/users").status_code == 200


def test_logout(pupil: VirtualSchool) -> None:
    answer = pupil.get("/auth/logout")
    assert (answer.status_code, answer.text) == (200, "")
    assert pupil.cookies.keys() <= {"__Secure-device"}, "which gives no rights"
    assert pupil.get("/auth/refresh").status_code == 401


# --- registration ----------------------------------------------------------------------------------------------------


def test_registration_example(anonym: VirtualSchool) -> None:
    """Literally: once in a school, and with `secondName`."""
    example = {
        "email": "andrey.shahov@example.ru",
        "password": "qwerty1234QW",
        "name": "Андрей",
        "secondName": "Шахов",
        "patronymic": "Владимирович",
        "birthdate": "2000-11-22",
        "phone": "89993332211",
        "class": 1,
    }
    assert anonym.post("/auth/registration", example).is_success
    user_info = anonym.login("andrey.shahov@example.ru", "qwerty1234QW").json()["user_info"]
    assert user_info["secondname"] == "Шахов"


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("email", f"{'a' * 54}@example.ru"),
        ("password", "qwerty1234"),
        ("password", "QWERTY1234"),
        ("password", "q1W"),
        ("name", "Я" * 25),
        ("secondname", "Я" * 25),
        ("patronymic", "Я" * 25),
        ("birthdate", "22-11-2000"),
        ("phone", "телефон"),
        ("class", 0),
        ("class", 12),
        ("class", "1"),
    ],
)
def test_rules_of_registration(anonym: VirtualSchool, registration: Object, attribute: str, value: object) -> None:
    refused = anonym.post("/auth/registration", {**registration, attribute: value})
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {f"{attribute} validation error"}


def test_special_characters_may_stand_in_a_password(anonym: VirtualSchool, registration: Object) -> None:
    assert anonym.post("/auth/registration", {**registration, "password": "qwerty1234QW!?"}).is_success
    assert anonym.login(registration["email"], "qwerty1234QW!?").is_success


@pytest.mark.parametrize("missing", ["email", "password", "name", "patronymic", "birthdate", "phone", "class"])
def test_registration_needs_all_attributes(anonym: VirtualSchool, registration: Object, missing: str) -> None:
    del registration[missing]
    refused = anonym.post("/auth/registration", registration)
    assert (refused.status_code, refused.json()["errors"]) == (400, [f"'{missing}' is a required property"])


# --- main ------------------------------------------------------------------------------------------------------------


def test_main(anonym: VirtualSchool, admin: VirtualSchool, pupil: VirtualSchool) -> None:
    main = {
        "description": "Виртуальная школа - это полностью цифровая площадка для получения полного и неполного среднего "
        "образования, где все вопросы с документами мы берём на себя!"
    }
    assert admin.put("/main/info", main).is_success
    assert anonym.get("/main/info").json() == {**main, "image": None}
    assert admin.put("/main/info", {**main, "image": "https://example.com/image.png"}).is_success
    assert anonym.get("/main/info").json()["image"] == "https://example.com/image.png"
    assert admin.put("/main/info", {"description": "я" * 257}).status_code == 400
    assert pupil.put("/main/info", main).status_code == 403


# --- course ----------------------------------------------------------------------------------------------------------


def test_course(anonym: VirtualSchool, admin: VirtualSchool, pupil: VirtualSchool) -> None:
    new = {"name": "Курс", "description": "О чём он", "language": "python3"}
    course_id = admin.post("/main/courses", new).json()["id"]
    wait_until(lambda: course_id in [course["id"] for course in anonym.get("/main/courses").json()], PATIENCE)
    assert admin.patch(f"/main/courses/{course_id}", {"name": "Другой"}).is_success
    assert pupil.patch(f"/main/courses/{course_id}", {"name": "Мой"}).status_code == 403
    assert admin.delete(f"/main/courses/{course_id}").is_success
    assert admin.delete(f"/main/courses/{course_id}").status_code == 404


def test_what_a_user_may_learn(pupil: VirtualSchool, admin: VirtualSchool) -> None:
    user_id = user_id_of(pupil)
    private = {"name": "Закрытый", "description": "Не для всех", "language": "python3", "is_public": False}
    course_id = admin.post("/main/courses", private).json()["id"]
    assert admin.post(f"/user/certification/{user_id}", {"course_id": course_id}).is_success
    certifications = pupil.get(f"/user/certification/{user_id}").json()["certifications"]
    assert [each["course_id"] for each in certifications] == [course_id]
    pupil.post(f"/courses/attend/{course_id}", {})
    assert [each["id"] for each in pupil.get(f"/user/courses/{user_id}").json()["courses"]] == [course_id]
    estimations = pupil.get(f"/user/estimations/{user_id}").json()["estimations"]
    assert [each["course_id"] for each in estimations] == [course_id]
    withdrawn = admin.http.request(
        "DELETE",
        f"/user/certification/{user_id}",
        json={"course_id": course_id},
        headers={"Authorization": f"Bearer {admin.access_token}"},
    )
    assert withdrawn.is_success
    assert pupil.get(f"/user/certification/{user_id}").json()["certifications"] == []


# --- user ------------------------------------------------------------------------------------------------------------


def test_user(pupil: VirtualSchool, admin: VirtualSchool, registration: Object) -> None:
    user_id = user_id_of(pupil)
    (user,) = admin.get("/user/users", id=user_id).json()
    assert user.keys() >= {
        "login_id",
        "state",
        "email",
        "name",
        "secondname",
        "patronymic",
        "birthdate",
        "phone",
        "class",
    }
    assert (user["login_id"], user["state"], user["email"]) == (user_id, "new", registration["email"])
    assert (user["phone"], user["class"], user["birthdate"]) == (registration["phone"], 1, "2000-11-22")
    assert pupil.get("/user/users", id=user_id).json() == [user]
    assert admin.get("/user/users", **{"id": user_id, "class": 1}).status_code == 400


def test_states_of_a_user(pupil: VirtualSchool, admin: VirtualSchool, registration: Object) -> None:
    path = f"/user/users/{user_id_of(pupil)}"
    assert admin.patch(path, {"state": "blocked"}).is_success
    assert pupil.get("/user/users").status_code == 403
    assert admin.patch(path, {"state": "activated", "class": 2}).is_success
    user_info = pupil.login(registration["email"], PASSWORD).json()["user_info"]
    assert (user_info["state"], user_info["class"]) == ("new", 2)
    assert admin.delete(path).is_success
    assert pupil.get("/user/users").status_code == 401
    assert pupil.login(registration["email"], PASSWORD).is_client_error


# --- misc ------------------------------------------------------------------------------------------------------------


def test_misc(pupil: VirtualSchool) -> None:
    misc = pupil.get("/user/monitor").json()
    assert misc["id"] == user_id_of(pupil)


# --- notification ----------------------------------------------------------------------------------------------------


def test_notification(pupil: VirtualSchool, teacher: VirtualSchool, admin: VirtualSchool) -> None:
    new = {"title": "Экскурсия", "description": "Завтра", "body": "Возьмите сапоги", "tag": "high"}
    sent = admin.post("/user/notifications", {**new, "user_id": user_id_of(pupil)}).json()["id"]
    wait_until(lambda: pupil.get("/user/notifications", tag="high").json(), PATIENCE)
    (notification,) = pupil.get("/user/notifications", page=1, size=10).json()
    assert notification["id"] == sent
    assert {name: notification[name] for name in new} == new
    assert pupil.get("/user/notifications", tag="low").json() == []
    assert teacher.patch(f"/user/notifications/{sent}", {"title": "Не та"}).status_code == 403
    assert admin.patch(f"/user/notifications/{sent}", {"title": "Та"}).is_success
    assert [each["title"] for each in pupil.get("/user/notifications").json()] == ["Та"]
    assert admin.delete(f"/user/notifications/{sent}").is_success
    assert pupil.get("/user/notifications").json() == []


# --- Where we differ -------------------------------------------------------------------------------------------------


def test_deviation_answers_say_secondname_alone(pupil: VirtualSchool) -> None:
    """The README has `secondName` in two of five places; bodies may have either."""
    assert "secondName" not in pupil.get("/me").json()
    assert pupil.patch("/me", {"secondName": "Петров"}).json()["secondname"] == "Петров"


def test_deviation_user_is_called_user_info(pupil: VirtualSchool, registration: Object) -> None:
    """The README's text says `user`, its objects `user_info`."""
    assert "user" not in pupil.login(registration["email"], PASSWORD).json()


def test_deviation_wrong_password_and_unknown_email_are_one_error(pupil: VirtualSchool, registration: Object) -> None:
    wrong = pupil.login(registration["email"], "qwerty1234QX")
    unknown = pupil.login("nobody@example.ru", PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["errors"] == unknown.json()["errors"]


def test_deviation_a_refresh_token_that_is_not_used_lasts_two_weeks(pupil: VirtualSchool) -> None:
    expires = pupil.get("/auth/refresh").json()["expires"]
    two_weeks = timedelta(days=14).total_seconds()
    assert two_weeks - PATIENCE < expires - time.time() <= two_weeks


def test_deviation_pupils_do_not_see_each_other(
    client: Callable[[], VirtualSchool], pupil: VirtualSchool, registration: Object
) -> None:
    other = client()
    second = {**registration, "email": f"2{registration['email']}", "phone": f"{registration['phone']}2"}
    assert other.post("/auth/registration", second).is_success
    other.login(second["email"], PASSWORD)
    assert other.get("/user/users", id=user_id_of(pupil)).json() == []


def test_deviation_a_teacher_sees_and_notifies_their_own_pupils(pupil: VirtualSchool, teacher: VirtualSchool) -> None:
    """The pupil has just signed up, and attends nothing of the teacher's."""
    assert teacher.get("/user/users", id=user_id_of(pupil)).json() == []
    told = {"title": "Экскурсия", "description": "Завтра", "user_id": user_id_of(pupil)}
    assert teacher.post("/user/notifications", told).status_code == 403
    listed = teacher.get("/user/users").json()
    assert {each["role"] for each in listed} == {"teacher", "user"}
    assert user_id_of(pupil) not in {each["id"] for each in listed}


def test_deviation_a_password_needs_no_letter_of_each_kind(anonym: VirtualSchool, registration: Object) -> None:
    """The README wants a lower case letter, an upper case letter and a digit."""
    assert anonym.post("/auth/registration", {**registration, "password": "moosemoose"}).is_success
    assert anonym.login(registration["email"], "moosemoose").is_success


def test_deviation_a_number_that_nobody_verified_keeps_nobody_out(anonym: VirtualSchool, registration: Object) -> None:
    assert anonym.post("/auth/registration", registration).is_success
    assert anonym.post("/auth/registration", {**registration, "email": f"2{registration['email']}"}).is_success


def test_deviation_courses_and_notifications_have_more_than_an_id(admin: VirtualSchool) -> None:
    """The README leaves them, and misc, for later."""
    assert admin.post("/main/courses", {}).status_code == 400
    assert admin.post("/user/notifications", {}).status_code == 400


def today() -> str:
    return datetime.now(UTC).strftime("%d %m %Y")
