"""A package, from its announcement to a problem that its jury has proved, through everything that is deployed."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.support import zips

IMPORTED_WITHIN = 90.0  # seconds, for five programs of the jury

VALIDATOR = """
import sys
wanted = open(sys.argv[2]).read().split()
sys.exit(42 if sys.stdin.read().split() == wanted else 43)
"""
PACKAGE = {
    "sum/problem.yaml": "name: Sum\nvalidation: custom\nlimits: {time_limit: 1, memory: 128}",
    "sum/problem_statement/problem.en.md": "Add the two numbers.",
    "sum/output_validators/compare/compare.py": VALIDATOR,
    "sum/data/sample/1.in": "1 1\n",
    "sum/data/sample/1.ans": "2\n",
    **{f"sum/data/secret/{number}.in": f"{number} {number}\n" for number in range(2, 7)},
    **{f"sum/data/secret/{number}.ans": f"{2 * number}\n" for number in range(2, 7)},
    "sum/submissions/accepted/right.py": "print(sum(map(int, input().split())))",
    "sum/submissions/wrong_answer/constant.py": "print(2)",
    "sum/submissions/time_limit_exceeded/endless.py": "while True: pass",
    "sum/submissions/run_time_error/divides.py": "1 / 0",
}


CHECK = """
#include <cstdio>
#include <fstream>
int main(int, char** argv) {
    std::ifstream output(argv[2]), answer(argv[3]);
    int x = -1, y = -2;
    output >> x;
    answer >> y;
    if (x != y) { std::fprintf(stderr, "wrong answer %d %d", x, y); return 1; }
}
"""
INTERACTOR = """
#include <cstdio>
#include <fstream>
int main(int, char** argv) {
    std::ofstream told(argv[2]);
    std::puts("5");
    std::fflush(stdout);
    int x = -1;
    if (std::scanf("%d", &x) != 1) return 2;
    told << x;
}
"""
ECHO = '#include <cstdio>\nint main() { int x; std::scanf("%d", &x); std::printf("%d", x); }'
SEVEN = '#include <cstdio>\nint main() { std::printf("7"); }'
REOPENS = ECHO.replace(
    "int x;", 'std::freopen("input.txt", "r", stdin); std::freopen("output.txt", "w", stdout); int x;'
)


def polygon(
    *,
    judging: str = "",
    assets: str = "",
    resources: str = "",
    test: str = 'method="manual"',
    right: str = ECHO,
    wrong: str = SEVEN,
    **files: str,
) -> dict[str, str]:
    """A package whose jury promises that one program is right and another wrong."""
    return {
        "problem.xml": f"""<problem><names><name language="russian" value="Икс"/></names>
<judging {judging}><testset name="tests"><time-limit>1000</time-limit><memory-limit>268435456</memory-limit>
<input-path-pattern>tests/%02d</input-path-pattern><answer-path-pattern>tests/%02d.a</answer-path-pattern>
<tests><test {test}/></tests></testset></judging>
<files><resources>{resources}</resources>
<executables><executable><source path="files/gen.cpp"/></executable></executables></files>
<assets><checker type="testlib"><source path="files/check.cpp"/></checker>{assets}<solutions>
<solution tag="main"><source path="solutions/right.cpp"/></solution>
<solution tag="wrong-answer"><source path="solutions/wrong.cpp"/></solution></solutions></assets></problem>""",
        "files/check.cpp": CHECK,
        "solutions/right.cpp": right,
        "solutions/wrong.cpp": wrong,
        **files,
    }


HAND_MADE = {"tests/01": "5", "tests/01.a": "5"}
POLYGON = {
    "interactor and checker": polygon(
        assets='<interactor><source path="files/interactor.cpp"/></interactor>',
        **HAND_MADE,
        **{"files/interactor.cpp": INTERACTOR},
    ),
    "files": polygon(judging='input-file="input.txt" output-file="output.txt"', right=REOPENS, **HAND_MADE),
    "grader": polygon(
        resources="""<file path="files/grader.cpp" for-types="cpp.*"><stages><stage name="COMPILE"/></stages>
<assets><asset name="SOLUTION"/></assets></file>""",
        right="int same(int x) { return x; }",
        wrong="int same(int x) { return x + 1; }",
        **HAND_MADE,
        **{
            "files/grader.cpp": """
#include <cstdio>
int same(int);
int main() { int x; std::scanf("%d", &x); std::printf("%d", same(x)); }
"""
        },
    ),
    "generated": polygon(
        test='method="generated" cmd="gen 40 2"',
        **{
            "files/gen.cpp": """
#include <cstdio>
#include <cstdlib>
int main(int, char** argv) {  // more than an invocation carries: it goes by way of the bucket, to the checker too
    std::printf("%d%*s", std::atoi(argv[1]) + std::atoi(argv[2]), 4 * 1024 * 1024, "");
}
"""
        },
    ),
}


@pytest.fixture
def teacher(cloud: Cloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        signed_in = http.post("/login", json={"login": "teacher", "password": demo.PASSWORD})
        http.headers["Authorization"] = f"Bearer {signed_in.json()['jwt_access']}"
        yield http


def test_a_package_becomes_a_proved_problem(teacher: httpx.Client) -> None:
    problem = f"/problems/{teacher.post('/problems', json={'title': 'To come'}).json()['id']}"
    data = zips.packed(PACKAGE)
    announced = teacher.post(f"{problem}/package", json={"size": len(data)}).json()
    assert upload(announced, data + b"more than announced").status_code == 400
    assert upload(announced, data).status_code == 204
    path = f"{problem}/package/{announced['import_id']}"
    done = finished(teacher, path)
    assert (done["state"], done["faults"], [each["is_met"] for each in done["jury"]]) == ("done", [], [True] * 4)
    assert teacher.patch(problem, json={"published": True}).status_code == 200

    assert teacher.patch(problem, json={"time_limit": 1.5}).json()["published"] is False
    assert teacher.patch(problem, json={"published": True}).status_code == 409
    finished(teacher, path)
    assert teacher.patch(problem, json={"published": True}).json()["title"] == "Sum"


@pytest.mark.parametrize("files", POLYGON.values(), ids=POLYGON.keys())
def test_polygons_promises_are_met(teacher: httpx.Client, files: dict[str, str]) -> None:
    problem = f"/problems/{teacher.post('/problems', json={'title': 'To come'}).json()['id']}"
    data = zips.packed({**files})
    announced = teacher.post(f"{problem}/package", json={"size": len(data)}).json()
    assert upload(announced, data).status_code == 204
    done = finished(teacher, f"{problem}/package/{announced['import_id']}")
    assert (done["state"], done["faults"]) == ("done", [])
    assert [(each["file"], each["is_met"]) for each in done["jury"]] == [
        ("solutions/right.cpp", True),
        ("solutions/wrong.cpp", True),
    ]


def upload(announced: dict[str, Any], data: bytes) -> httpx.Response:
    form = announced["upload"]
    return httpx.post(form["url"], data=form["fields"], files={"file": data}, timeout=PATIENCE)


def finished(teacher: httpx.Client, path: str) -> dict[str, Any]:
    def shown() -> dict[str, Any]:
        found: dict[str, Any] = teacher.get(path).json()
        return found

    wait_until(lambda: shown()["state"] in {"done", "failed"}, IMPORTED_WITHIN, lambda: str(shown()))
    return shown()
