"""The web client below /app/, as CloudFront serves it from its bucket: assets by their name, the page for the rest."""

import hashlib
import mimetypes
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from infra import web_policy

ASSETS: Final = "/app/assets/"
COMPRESSED_FROM: Final = 1024  # bytes
NOT_BUILT: Final = "The web client is not built here: run `make web`."
NOT_WANTED: Final = "The local cloud runs without the web client (--without-web)."


class WebClient:
    """What stands in the folder of a build. It is read with each request: a new build is served at once."""

    def __init__(self, folder: Path | None, *, uploads: str) -> None:
        """Without a folder there is no web client. `uploads` is the origin of the bucket for presigned forms."""
        self._folder = folder
        self._headers = web_policy.security_headers(uploads)

    def answer(self, request: web.Request) -> web.Response:
        if request.method not in {hdrs.METH_GET, hdrs.METH_HEAD}:
            return web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={hdrs.ALLOW: "GET, HEAD"})
        if self._folder is None:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=f"{NOT_WANTED}\n")
        if request.path.startswith(ASSETS):
            return self._asset(self._folder, request.path.removeprefix(ASSETS))
        return self._page(self._folder, request)

    def _asset(self, folder: Path, name: str) -> web.Response:
        assets = (folder / "assets").resolve()
        file = (assets / name).resolve()
        if not file.is_relative_to(assets) or not file.is_file():
            return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such file.\n")
        return self._file(file, {hdrs.CACHE_CONTROL: web_policy.FOREVER})

    def _page(self, folder: Path, request: web.Request) -> web.Response:
        page = folder / "index.html"
        if not page.is_file():
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=f"{NOT_BUILT}\n")
        response = self._file(page, {hdrs.CACHE_CONTROL: web_policy.ALWAYS_ASK})
        tag = hashlib.sha256(page.read_bytes()).hexdigest()[:32]
        known = {each.value for each in request.if_none_match or ()}
        if tag in known:
            response = web.Response(status=HTTPStatus.NOT_MODIFIED, headers={hdrs.CACHE_CONTROL: web_policy.ALWAYS_ASK})
        response.etag = tag
        return response

    def _file(self, file: Path, headers: dict[str, str]) -> web.Response:
        content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        charset = "utf-8" if content_type.startswith("text/") else None
        body = file.read_bytes()
        response = web.Response(body=body, content_type=content_type, charset=charset, headers=self._headers | headers)
        if len(body) >= COMPRESSED_FROM and not content_type.startswith("font/"):
            response.enable_compression()
        return response


def wants_the_page(request: web.Request) -> bool:
    """Whether it is a browser that comes to the front door itself: programs get the API's welcome there."""
    return (
        request.path == "/"
        and request.method in {hdrs.METH_GET, hdrs.METH_HEAD}
        and "text/html" in request.headers.get(hdrs.ACCEPT, "")
    )


def to_the_page() -> web.Response:
    return web.Response(status=HTTPStatus.FOUND, headers={hdrs.LOCATION: "/app/", hdrs.VARY: hdrs.ACCEPT})
