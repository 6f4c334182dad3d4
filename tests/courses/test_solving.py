from tests.school import School


def test_a_right_program_solves_the_task(school: School) -> None:
    pupil = school.person()
    path = school.task_path(pupil)
    reply = school.api.post(path, {"code": "5"}, token=pupil.token)
    assert reply.status == 200, reply.body
    assert (reply.body["verdict"], reply.body["code"]) == ("OK", "OK")
    task = school.api.get(path, token=pupil.token).body
    assert (task["is_solved"], task["attempts"]) == (True, 1)


def test_reg_login_me(school: School) -> None:
    new = {"login": "ann", "password": "long enough 1", "name": "Ann", "email": "Ann@example.com"}
    reply = school.api.post("/reg", new)
    assert reply.status == 201, reply.body
    assert school.api.get("/me", token=reply.body["jwt_access"]).body["login"] == "ann"
    assert school.api.post("/reg", new).body["status"] == "already"
    reply = school.api.post("/login", {"login": "ANN", "password": "long enough 1"})
    assert reply.status == 200
