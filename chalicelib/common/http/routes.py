"""Routes of the API as a whole: whether it works, and the documents that describe it."""

from typing import Literal

from chalicelib.common import limits, settings
from chalicelib.common.dynamo import items
from chalicelib.common.http import documents, errors, responses, routing


def database_works() -> None:
    """Reads from the database; 503 when it does not answer."""
    try:
        items.find(limits.Counter, "HEALTH", "HEALTH")
    except items.DATABASE_FAILURES as failure:
        raise errors.Unavailable("database_unavailable", "Database isn't working") from failure


routes = routing.Routes(__name__, tag="Service")

ONE_DAY = {"Cache-Control": "public, max-age=86400"}
OWN_FILES_ONLY = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
}


class Welcome(responses.View):
    message: str
    version: str
    docs: str


class Health(responses.View):
    status: Literal["ok"] = "ok"
    stage: str
    version: str


class Ping(responses.View):
    message: str


@routes.get("/", access=routing.PUBLIC)
def welcome() -> Welcome:
    """What this is, and where to read about it."""
    return Welcome(message="Lyceum", version=settings.VERSION, docs="/docs")


@routes.get("/health", access=routing.PUBLIC)
def show_health() -> Health:
    """The application answers."""
    return Health(stage=settings.load().stage, version=settings.VERSION)


@routes.get("/health/ping-application", access=routing.PUBLIC)
def ping_application() -> Ping:
    """The application answers, in Team Training's words."""
    return Ping(message="Application worked!")


@routes.get("/health/ping-database", access=routing.PUBLIC, raises=[503])
def ping_database() -> Ping:
    """The database answers, in Team Training's words."""
    database_works()
    return Ping(message="Database worked!")


@routes.get("/openapi.json", access=routing.PUBLIC)
def openapi_document() -> routing.Answer[str]:
    """This document."""
    return routing.Answer(body=documents.openapi_json())


@routes.get("/docs", access=routing.PUBLIC, headers=OWN_FILES_ONLY)
def swagger_page() -> routing.Answer[str]:
    """Swagger UI."""
    return routing.Answer(body=documents.PAGE, headers={"Content-Type": "text/html; charset=utf-8", **OWN_FILES_ONLY})


@routes.get("/docs/swagger-ui.js", access=routing.PUBLIC, headers=ONE_DAY)
def swagger_script() -> routing.Answer[str]:
    """Swagger UI's script."""
    return _file(documents.swagger_ui("swagger-ui-bundle.min.js"), "text/javascript")


@routes.get("/docs/swagger-ui.css", access=routing.PUBLIC, headers=ONE_DAY)
def swagger_style() -> routing.Answer[str]:
    """Swagger UI's style."""
    return _file(documents.swagger_ui("swagger-ui.min.css"), "text/css")


@routes.get("/docs/start.js", access=routing.PUBLIC, headers=ONE_DAY)
def swagger_start() -> routing.Answer[str]:
    """What starts Swagger UI on its page."""
    return _file(documents.START, "text/javascript")


@routes.get("/api/swagger", access=routing.PUBLIC, status=302, headers=["Location"])
def swagger_of_auth_service() -> routing.Answer[str]:
    """Where Auth Service has its Swagger UI."""
    return routing.Answer(body="", headers={"Location": "/docs"})


def _file(text: str, content_type: str) -> routing.Answer[str]:
    return routing.Answer(body=text, headers={"Content-Type": f"{content_type}; charset=utf-8", **ONE_DAY})
