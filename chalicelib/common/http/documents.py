"""The documents about the API: the OpenAPI document, and Swagger UI to read it with."""

import functools
import json
from collections.abc import Iterable
from importlib import resources

from chalicelib.common.hooks import Hook
from chalicelib.common.http import openapi, routing

SWAGGER_UI = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
"""Powertools brings a copy of Swagger UI 5: serving that one costs no file of our own and no outside host."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lyceum API</title>
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
  validatorUrl: null,
});
"""

_routes = Hook[Iterable[routing.Routes]]("routes")


@functools.cache
def openapi_json() -> str:
    """Returns the OpenAPI document of all routes."""
    declared = (route for routes in _routes.get() for route in routes.declared)
    return json.dumps(openapi.document(declared), ensure_ascii=False)


@functools.cache
def swagger_ui(name: str) -> str:
    """Returns a file of Swagger UI."""
    return resources.files(SWAGGER_UI).joinpath(name).read_text("utf-8")
