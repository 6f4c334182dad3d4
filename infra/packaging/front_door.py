"""Makes the front door's template, with the routing function. Its stack is in us-east-1, whichever region serves."""

import json

from infra.packaging.package import ROOT, Template, load_template
from infra.routing import WEBSOCKET_ROUTES

TEMPLATE = ROOT / "infra" / "templates" / "front_door.yaml"
FUNCTION = ROOT / "infra" / "templates" / "front_door.js"
REGION = "us-east-1"  # CloudFront takes certificates, web ACLs and log deliveries from there alone
PLACEHOLDER = "const WEBSOCKET_ROUTES = [];"


def template() -> Template:
    declared = load_template(TEMPLATE)
    declared["Resources"]["Router"]["Properties"]["FunctionCode"] = function_code()
    return declared


def function_code() -> str:
    source = FUNCTION.read_text(encoding="utf-8")
    before, placeholder, after = source.partition(PLACEHOLDER)
    if not placeholder:
        raise ValueError(f"{FUNCTION} has no line {PLACEHOLDER!r}")
    return f"{before}const WEBSOCKET_ROUTES = {json.dumps(WEBSOCKET_ROUTES)};{after}"
