"""What is answered by API Gateway and the front doors, before the application is asked.

CloudFront's function and the local front door word it in the reader's language. API Gateway's templates cannot choose:
there the text stands in every language, one after the other.
"""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.common import texts
from chalicelib.common.texts import Language, Text


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An error's status, code and text."""

    status: int
    code: str
    text: Text

    def body(self, language: Language, request_id: str) -> dict[str, Any]:
        """Returns the members of the project's error body."""
        worded = self.text.in_language(language)
        shared = {"success": False, "code": self.code, "status": worded, "errors": [worded], "detail": worded}
        return {**shared, "violations": [], "result": None, "request_id": request_id}


NOT_FOUND = OwnAnswer(404, "route_not_found", Text("gateway_not_found", "Not found"))
TOO_LARGE = OwnAnswer(413, "body_too_large", Text("gateway_body_too_large", "Body too large"))
TOO_MANY = OwnAnswer(429, "too_many_requests", Text("gateway_too_many", "Too many requests"))
TIMED_OUT = OwnAnswer(504, "timed_out", Text("gateway_timed_out", "Timed out"))
INTERNAL = OwnAnswer(500, "internal_error", Text("gateway_internal", "Internal error"))
UPGRADE = OwnAnswer(426, "upgrade_required", Text("gateway_upgrade", "This address is for WebSockets"))
AWAY = OwnAnswer(502, "bad_gateway", Text("gateway_away", "The emulator does not answer"))

OF_API_GATEWAY = (NOT_FOUND, TOO_LARGE, TOO_MANY, TIMED_OUT, INTERNAL)


def refused_handshake(status: int) -> OwnAnswer:
    """Returns the answer to a WebSocket that was not accepted. API Gateway passes on the status alone."""
    return OwnAnswer(status, "connection_refused", Text("gateway_connection_refused", "Connection refused"))


def in_every_language(text: Text) -> str:
    return " / ".join(text.in_language(language) for language in texts.languages())


def word(responses: dict[str, Any]) -> None:
    """Words the templates of API Gateway's own answers, whose text the template of resources has in English."""
    for response in responses.values():
        templates = response["ResponseTemplates"]
        for answer in OF_API_GATEWAY:
            before, after = json.dumps(str(answer.text)), json.dumps(in_every_language(answer.text), ensure_ascii=False)
            templates["application/json"] = templates["application/json"].replace(f": {before}", f": {after}")
            templates["application/json"] = templates["application/json"].replace(f"[{before}]", f"[{after}]")


def of_cloudfront() -> dict[str, str]:
    """Returns the text of CloudFront's own 404 by language."""
    return {language: NOT_FOUND.text.in_language(language) for language in texts.languages()}
