"""The answers to CORS preflights. MiniStack runs the API's mock integrations but leaves their headers out, so the front
door takes them from the same packaged template that API Gateway takes them from on AWS.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.common import origins

GREEDY = r"\+"  # of {proxy+}, escaped
HEADER = "method.response.header."
ORIGIN = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"


@dataclass(frozen=True, slots=True)
class Preflights:
    """Path template (`/courses/{course_id}`) -> the headers of its OPTIONS; the origins that may call."""

    headers: Mapping[str, Mapping[str, str]]
    listed: Collection[str]

    @classmethod
    def of(cls, template: Mapping[str, Any]) -> "Preflights":
        paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
        headers = {path: _headers(methods["options"]) for path, methods in paths.items() if "options" in methods}
        return cls(headers, origins.parse(template["Parameters"]["AllowedOrigins"]["Default"]))

    def readable_by(self, origin: str | None) -> Mapping[str, str]:
        """Returns the headers that let a page of this origin read an answer, when it is listed."""
        return {ORIGIN: origins.named_to(origin, self.listed), CREDENTIALS: "true", "Vary": "Origin"}

    def find(self, path: str) -> Mapping[str, str] | None:
        """API Gateway prefers a literal segment to a placeholder, where they first differ, and both to `{proxy+}`."""
        fitting = [template for template in self.headers if _fits(template, path)]
        return self.headers[min(fitting, key=_preference)] if fitting else None


def _headers(method: Mapping[str, Any]) -> dict[str, str]:
    parameters = method["x-amazon-apigateway-integration"]["responses"]["default"]["responseParameters"]
    return {name.removeprefix(HEADER): value.strip("'") for name, value in parameters.items()}


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\{[^}]+\\}", _placeholder, re.escape(template)), path, re.DOTALL) is not None


def _placeholder(found: re.Match[str]) -> str:
    return ".+" if GREEDY in found[0] else "[^/]+"


def _preference(template: str) -> tuple[bool, list[bool]]:
    return "+}" in template, ["{" in segment for segment in template.split("/")]
