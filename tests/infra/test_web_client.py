"""The web client at the local front door: what is served below /app, and with which headers."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from infra.local import front_door, web_client
from infra.local.preflight import Preflights
from infra.local.web_client import WebClient

UPLOADS = "http://127.0.0.1:4566"
PAGE = "<!doctype html><title>Lyceum</title>"
SCRIPT = "console.log('a script that is long enough to be compressed');" * 40

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "assets" / "main-abc.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "assets" / "a-1.woff2").write_bytes(b"w" * 2000)
    (tmp_path / "secret.txt").write_text("not for anybody", encoding="utf-8")
    return tmp_path


async def _welcome(_: web.Request) -> web.Response:
    return web.json_response({"hello": "programs"})


def visit(folder: Path | None, scenario: Callable[[Client], Awaitable[None]]) -> None:
    async def main() -> None:
        upstream = web.Application()
        upstream.router.add_get("/", _welcome)
        async with TestServer(upstream) as api:
            app = front_door.application(
                rest_url=str(api.make_url("")),
                websocket_url="http://127.0.0.1:1",
                preflights=Preflights({}, ()),
                client=WebClient(folder, uploads=UPLOADS),
            )
            async with TestClient(TestServer(app)) as client:
                await scenario(client)

    asyncio.run(main())


@pytest.mark.parametrize("path", ["/app", "/app/", "/app/courses/1/2", "/app/index.html", "/app/nothing.js"])
def test_every_address_of_the_client_is_its_page(build: Path, path: str) -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get(path)
        assert (answer.status, await answer.text()) == (200, PAGE)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        again = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status, await again.text(), again.headers["ETag"]) == (304, "", answer.headers["ETag"])
        (build / "index.html").write_text(PAGE + "new", encoding="utf-8")
        newer = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (newer.status, await newer.text()) == (200, PAGE + "new")

    visit(build, scenario)


def test_the_page_loads_nothing_but_its_own_and_the_uploads(build: Path) -> None:
    async def scenario(client: Client) -> None:
        policy = (await client.get("/app/")).headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert f"connect-src 'self' {UPLOADS}" in policy
        assert "require-trusted-types-for 'script'" in policy

    visit(build, scenario)


def test_assets_stay_for_good_and_are_compressed(build: Path) -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get("/app/assets/main-abc.js", headers={"Accept-Encoding": "gzip"})
        assert (answer.status, await answer.text()) == (200, SCRIPT)
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < len(SCRIPT) / 4
        font = await client.get("/app/assets/a-1.woff2", headers={"Accept-Encoding": "gzip"})
        assert (font.headers["Content-Type"], "Content-Encoding" in font.headers) == ("font/woff2", False)

    visit(build, scenario)


@pytest.mark.parametrize(
    "name", ["missing.js", "", "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "/etc/passwd", "..%2f..%2f"]
)
def test_what_is_no_asset_is_not_there(build: Path, name: str) -> None:
    async def scenario(client: Client) -> None:
        url = client.make_url("/").with_path(f"/app/assets/{name}", encoded=True)
        async with client.session.get(url) as answer:
            assert "not for anybody" not in await answer.text()
            assert answer.status == 404 or await answer.text() == PAGE

    visit(build, scenario)


def test_a_browser_at_the_front_door_is_led_to_the_client_and_a_program_is_not(build: Path) -> None:
    async def scenario(client: Client) -> None:
        browser = await client.get("/", headers={"Accept": "text/html,*/*;q=0.8"}, allow_redirects=False)
        assert (browser.status, browser.headers["Location"], browser.headers["Vary"]) == (302, "/app/", "Accept")
        program = await client.get("/", headers={"Accept": "application/json"})
        assert await program.json() == {"hello": "programs"}
        assert await (await client.get("/")).json() == {"hello": "programs"}

    visit(build, scenario)


def test_who_runs_without_it_is_told_why(tmp_path: Path) -> None:
    async def not_wanted(client: Client) -> None:
        answer = await client.get("/app/")
        assert (answer.status, await answer.text()) == (503, f"{web_client.NOT_WANTED}\n")

    async def not_built(client: Client) -> None:
        answer = await client.get("/app/courses")
        assert (answer.status, await answer.text()) == (503, f"{web_client.NOT_BUILT}\n")
        assert (await client.get("/app/assets/a.js")).status == 404

    visit(None, not_wanted)
    visit(tmp_path, not_built)


def test_nothing_can_be_sent_to_it(build: Path) -> None:
    async def scenario(client: Client) -> None:
        answer = await client.post("/app/", data=b"x")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")

    visit(build, scenario)
