"""Health, and the documents that describe the whole API."""

from typing import Literal

from chalicelib.common import documents, health, settings, shapes, web

routes = web.Routes(__name__, tag="Service")

ONE_DAY = {"Cache-Control": "public, max-age=86400"}
OWN_FILES_ONLY = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
}


class Welcome(shapes.View):
    message: str
    version: str
    docs: str


class Health(shapes.View):
    status: Literal["ok"] = "ok"
    stage: str
    version: str


class Ping(shapes.View):
    message: str


@routes.get("/", access=web.PUBLIC)
def welcome() -> Welcome:
    """What this is, and where to read about it."""
    return Welcome(message="Lyceum", version=settings.VERSION, docs="/docs")


@routes.get("/health", access=web.PUBLIC)
def show_health() -> Health:
    """The application answers."""
    return Health(stage=settings.load().stage, version=settings.VERSION)


@routes.get("/health/ping-application", access=web.PUBLIC)
def ping_application() -> Ping:
    """The application answers, in seed 002's words."""
    return Ping(message="Application worked!")


@routes.get("/health/ping-database", access=web.PUBLIC, raises=[503])
def ping_database() -> Ping:
    """The database answers, in seed 002's words."""
    health.database_works()
    return Ping(message="Database worked!")


@routes.get("/openapi.json", access=web.PUBLIC)
def openapi_document() -> web.Answer[str]:
    """This document."""
    return web.Answer(body=documents.openapi_json())


@routes.get("/docs", access=web.PUBLIC, headers=OWN_FILES_ONLY)
def swagger_page() -> web.Answer[str]:
    """Swagger UI."""
    return web.Answer(body=documents.PAGE, headers={"Content-Type": "text/html; charset=utf-8", **OWN_FILES_ONLY})


@routes.get("/docs/swagger-ui.js", access=web.PUBLIC, headers=ONE_DAY)
def swagger_script() -> web.Answer[str]:
    """Swagger UI's script."""
    return _file(documents.swagger_ui("swagger-ui-bundle.min.js"), "text/javascript")


@routes.get("/docs/swagger-ui.css", access=web.PUBLIC, headers=ONE_DAY)
def swagger_style() -> web.Answer[str]:
    """Swagger UI's style."""
    return _file(documents.swagger_ui("swagger-ui.min.css"), "text/css")


@routes.get("/docs/start.js", access=web.PUBLIC, headers=ONE_DAY)
def swagger_start() -> web.Answer[str]:
    """What starts Swagger UI on its page."""
    return _file(documents.START, "text/javascript")


@routes.get("/api/swagger", access=web.PUBLIC, status=302, headers=["Location"])
def swagger_of_seed_004() -> web.Answer[str]:
    """Where seed 004 has its Swagger UI."""
    return web.Answer(body="", headers={"Location": "/docs"})


def _file(text: str, content_type: str) -> web.Answer[str]:
    return web.Answer(body=text, headers={"Content-Type": f"{content_type}; charset=utf-8", **ONE_DAY})
