"""Routes of the API as a whole: whether it works, and the documents that describe it."""

from datetime import timedelta
from typing import Literal

from chalicelib.common import limits, settings
from chalicelib.common.dynamo import items
from chalicelib.common.http import documents, errors, headers, responses, routing


def database_works() -> None:
    """Reads from the database; 503 when it does not answer."""
    try:
        items.find(limits.Counter, "HEALTH", "HEALTH")
    except items.DATABASE_FAILURES as failure:
        raise errors.Unavailable("database_unavailable", "Database isn't working") from failure


routes = routing.Routes(__name__, tag="Service")

A_WHILE = timedelta(minutes=5)
OWN: routing.Options = {
    "access": routing.PUBLIC,
    "versioned": True,
    "caching": documents.CACHING,
    "documented": False,
}
"""Of the documents about the API, and the page to read them with."""


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


@routes.get("/", access=routing.PUBLIC, caching=headers.NOT_STORED)
def welcome() -> Welcome:
    """What this is, and where to read about it.

    The front door leads browsers to the web client instead, so nobody may keep one answer for the other.
    """
    return Welcome(message="Lyceum", version=settings.VERSION, docs="/docs")


@routes.get("/health", access=routing.PUBLIC, caching=headers.NOT_STORED)
def show_health() -> Health:
    """The application answers."""
    return Health(stage=settings.load().stage, version=settings.VERSION)


@routes.get("/health/ping-application", access=routing.PUBLIC, caching=headers.NOT_STORED, use_instead="GET /health")
def ping_application() -> Ping:
    """The application answers, in Team Training's words."""
    return Ping(message="Application worked!")


@routes.get("/health/ping-database", access=routing.PUBLIC, raises=[503], caching=headers.NOT_STORED)
def ping_database() -> Ping:
    """The database answers, in Team Training's words."""
    database_works()
    return Ping(message="Database worked!")


@routes.get("/openapi.json", **OWN)
def openapi_document() -> routing.Answer[str]:
    """This document."""
    return documents.openapi_document().answer()


@routes.get("/docs", **OWN)
def swagger_page() -> routing.Answer[str]:
    """Swagger UI."""
    return documents.page().answer()


@routes.get("/docs/swagger-ui.js", **OWN)
def swagger_script() -> routing.Answer[str]:
    """Swagger UI's script."""
    return documents.script().answer()


@routes.get("/docs/swagger-ui.css", **OWN)
def swagger_style() -> routing.Answer[str]:
    """Swagger UI's style."""
    return documents.style().answer()


@routes.get("/docs/start.js", **OWN)
def swagger_start() -> routing.Answer[str]:
    """What starts Swagger UI on its page."""
    return documents.start().answer()


@routes.get(
    "/api/swagger",
    access=routing.PUBLIC,
    status=302,
    headers=["Location"],
    caching=headers.kept_for(A_WHILE),
    documented=False,
)
def swagger_of_auth_service() -> routing.Answer[str]:
    """Where Auth Service has its Swagger UI."""
    return routing.Answer(body="", headers={"Location": "/docs"})
