"""Makes the front door's template, with the routing function. Its stack is in us-east-1, whichever region serves."""

import json

from infra import gateway_answers, routing, web_policy
from infra.packaging.package import ROOT
from infra.packaging.template_files import Template, load_template

TEMPLATE = ROOT / "infra" / "templates" / "front_door.yaml"
FUNCTION = ROOT / "infra" / "templates" / "front_door.js"
REGION = "us-east-1"  # CloudFront takes certificates, web ACLs and log deliveries from there alone


def template() -> Template:
    declared = load_template(TEMPLATE)
    declared["Resources"]["Router"]["Properties"]["FunctionCode"] = function_code()
    headers = declared["Resources"]["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = web_policy.content_security_policy("https://${UploadsHost}")
    headers["ContentSecurityPolicy"]["ContentSecurityPolicy"] = {"Fn::Sub": policy}
    return declared


def function_code() -> str:
    source = FUNCTION.read_text(encoding="utf-8")
    source = _filled(source, "const WEBSOCKET_ROUTES = [];", json.dumps(routing.WEBSOCKET_ROUTES))
    paths = {"root": routing.WEB_CLIENT, "assets": routing.WEB_ASSETS, "page": routing.WEB_PAGE}
    source = _filled(source, "const WEB_CLIENT = {};", json.dumps(paths))
    return _filled(source, "const NOT_FOUND = {};", json.dumps(gateway_answers.of_cloudfront(), ensure_ascii=False))


def _filled(source: str, placeholder: str, value: str) -> str:
    if placeholder not in source:
        raise ValueError(f"{FUNCTION} has no line {placeholder!r}")
    declared, _, _ = placeholder.partition(" = ")
    return source.replace(placeholder, f"{declared} = {value};")
