"""The web client below /app/, as CloudFront serves it from its bucket: assets by their name, the page for the rest."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from infra import routing, web_policy

COMPRESSED_FROM: Final = 1024  # bytes
COMPRESSED_ALREADY: Final = ("font/", "image/png", "image/jpeg", "image/webp")
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
            return _unavailable(NOT_WANTED)
        path = routing.web_file(request.path)
        is_asset = path.startswith(routing.WEB_ASSETS)
        name = path.removeprefix(routing.WEB_ASSETS) if is_asset else "index.html"
        file = _within(self._folder / "assets" if is_asset else self._folder, name)
        if file is not None:
            return self._file(request, file, web_policy.file_headers(path))
        if not is_asset:
            return _unavailable(why_not_built(self._folder))
        return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such file.\n", headers=self._headers)

    def _file(self, request: web.Request, file: Path, headers: Mapping[str, str]) -> web.Response:
        body = file.read_bytes()
        tag = hashlib.sha256(body).hexdigest()[:32]
        known = {each.value for each in request.if_none_match or ()}
        if tag in known:
            response = web.Response(status=HTTPStatus.NOT_MODIFIED, headers={**self._headers, **headers})
        else:
            response = web.Response(body=body, headers={**self._headers, **headers})
            if len(body) >= COMPRESSED_FROM and not headers["Content-Type"].startswith(COMPRESSED_ALREADY):
                response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
                response.enable_compression()
        response.etag = tag
        return response


def _within(folder: Path, name: str) -> Path | None:
    """The file of that name below the folder; None when there is none, or when the name leads out of it."""
    root = folder.resolve()
    try:
        file = (root / name).resolve()
    except (OSError, ValueError):  # a name that no file system takes
        return None
    return file if file.is_relative_to(root) and file.is_file() else None


def reason_file(folder: Path) -> Path:
    """Where `make run` leaves the line that says why there is no build in that folder."""
    return folder.with_name(f"{folder.name}.missing")


def why_not_built(folder: Path) -> str:
    reason = reason_file(folder)
    return reason.read_text(encoding="utf-8").strip() if reason.is_file() else NOT_BUILT


def _unavailable(why: str) -> web.Response:
    return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=f"{why}\n")


def to_the_page() -> web.Response:
    location = f"{routing.WEB_CLIENT}/"
    return web.Response(status=HTTPStatus.FOUND, headers={hdrs.LOCATION: location, hdrs.VARY: hdrs.ACCEPT})
