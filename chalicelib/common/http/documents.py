"""The documents about the API: the OpenAPI document, and Swagger UI to read it with.

They are the same for everybody until the next deployment, and large. So each has an ETag, and caches may keep it: the
front door does, and asks the application once an hour (`infra/templates/front_door.yaml`). Its one copy is for pages of
any origin.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources

from chalicelib.common.hooks import Hook
from chalicelib.common.http import etags, headers, openapi, routing

SWAGGER_UI = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
"""Powertools brings a copy of Swagger UI 5: serving that one costs no file of our own and no outside host."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lyceum API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  docExpansion: "none",
  filter: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
"""

JAVASCRIPT = "text/javascript; charset=utf-8"
OWN_FILES_ONLY = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}

CACHING = headers.kept_for(timedelta(hours=1))
"""A reader may see the last deployment's documents for as long as this."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text that is served as it is. `headers` hold its type and its ETag."""

    text: str
    headers: Mapping[str, str]

    def answer(self) -> routing.Answer[str]:
        return routing.Answer(body=self.text, headers=self.headers)


def of(text: str, content_type: str, more: Mapping[str, str] | None = None) -> Document:
    """Returns a document. To be called once a process: it computes a digest of the whole text."""
    common = {"Content-Type": content_type, headers.ALLOWED_TO: headers.EVERYBODY}
    return Document(text, {**common, **etags.of_text(text), **(more or {})})


_routes = Hook[Iterable[routing.Routes]]("routes")


@functools.cache
def openapi_json() -> str:
    """Returns the OpenAPI document of all routes."""
    declared = (route for routes in _routes.get() for route in routes.declared)
    return json.dumps(openapi.document(declared), ensure_ascii=False)


@functools.cache
def openapi_document() -> Document:
    return of(openapi_json(), routing.JSON)


@functools.cache
def page() -> Document:
    return of(PAGE, "text/html; charset=utf-8", OWN_FILES_ONLY)


@functools.cache
def start() -> Document:
    """Returns the script that starts Swagger UI on its page."""
    return of(START, JAVASCRIPT)


@functools.cache
def script() -> Document:
    return of(_swagger_ui("swagger-ui-bundle.min.js"), JAVASCRIPT)


@functools.cache
def style() -> Document:
    return of(_swagger_ui("swagger-ui.min.css"), "text/css; charset=utf-8")


def _swagger_ui(name: str) -> str:
    return resources.files(SWAGGER_UI).joinpath(name).read_text("utf-8")
