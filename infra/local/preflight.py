"""The answers to CORS preflights. MiniStack runs the API's mock integrations but leaves their headers out, so the front
door takes them from the same packaged template that API Gateway takes them from on AWS.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HEADER = "method.response.header."
ORIGIN = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")


@dataclass(frozen=True, slots=True)
class Preflights:
    """Path template (`/courses/{course_id}`) -> the headers of its OPTIONS."""

    headers: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, template: Mapping[str, Any]) -> "Preflights":
        paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
        return cls({path: _headers(methods["options"]) for path, methods in paths.items() if "options" in methods})

    @property
    def origin(self) -> Mapping[str, str]:
        """The headers that let the frontend's pages read an answer: the same for every route."""
        headers = next(iter(self.headers.values()), {})
        return {name: headers[name] for name in ORIGIN if name in headers}

    def find(self, path: str) -> Mapping[str, str] | None:
        """API Gateway prefers a literal segment to a placeholder, wherever they first differ."""
        fitting = [template for template in self.headers if _fits(template, path)]
        return self.headers[min(fitting, key=_preference)] if fitting else None


def _headers(method: Mapping[str, Any]) -> dict[str, str]:
    parameters = method["x-amazon-apigateway-integration"]["responses"]["default"]["responseParameters"]
    return {name.removeprefix(HEADER): value.strip("'") for name, value in parameters.items()}


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(template)), path) is not None


def _preference(template: str) -> list[bool]:
    return ["{" in segment for segment in template.split("/")]
