"""CloudFront on AWS and the front door here: one table, the same ways."""

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from infra.packaging import front_door, package
from infra.routing import Target, Upstream, route
from tests.infra.conftest import cfn_lint, referenced
from tests.infra.test_front_door import ROUTED

TEMPLATE = front_door.template()
RESOURCES = TEMPLATE["Resources"]
DISTRIBUTION = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
BEHAVIOURS = [*DISTRIBUTION["CacheBehaviors"], DISTRIBUTION["DefaultCacheBehavior"]]
MAX_FUNCTION_BYTES = 10 * 1024  # CloudFront's
VIEWER = "203.0.113.7"


def asked(path: str, query: str) -> dict[str, Any]:
    """What CloudFront's function makes of a request: another request, or an answer."""
    engine = MiniRacer()
    engine.eval(front_door.function_code())
    event = {
        "context": {"requestId": "r-1"},
        "viewer": {"ip": VIEWER},
        "request": {"uri": path, "headers": {"x-viewer-address": {"value": "192.0.2.66"}}, "querystring": "untouched"},
    }
    raw = "undefined" if not query else json.dumps(query)
    engine.eval(f"const event = {json.dumps(event)}; event.request.rawQueryString = () => {raw};")
    made: dict[str, Any] = json.loads(str(engine.eval("JSON.stringify(handler(event))")))
    return made


def origin_of(path: str) -> str:
    """The origin of the first behaviour whose pattern fits, as CloudFront chooses it before the function runs."""
    fitting = (each for each in BEHAVIOURS if fnmatchcase(path, each.get("PathPattern", "*")))
    return str(next(fitting)["TargetOriginId"])


@pytest.mark.parametrize(("path", "query", "target"), ROUTED)
def test_cloudfront_routes_as_the_local_front_door_does(path: str, query: str, target: Target) -> None:
    made = asked(path, query)

    assert route(path, query) == target
    if target.upstream is Upstream.WEBSOCKET:
        assert (origin_of(path), made["uri"], made["querystring"]) == ("websocket", "/api", target.query)
    elif path.startswith("/ws/"):
        assert (made["statusCode"], json.loads(made["body"])["code"]) == (404, "route_not_found")
    else:
        assert (origin_of(path), made["uri"], made["querystring"]) == ("rest", path, "untouched")


@pytest.mark.parametrize("path", ["/", "/login", "/ws/abc"])
def test_function_says_who_asks_whatever_the_client_wrote(path: str) -> None:
    assert asked(path, "")["headers"]["x-viewer-address"] == {"value": VIEWER}


def test_every_behaviour_passes_through_the_function_and_caches_nothing() -> None:
    for behaviour in BEHAVIOURS:
        (association,) = behaviour["FunctionAssociations"]
        assert (association["EventType"], referenced(association["FunctionARN"])) == ("viewer-request", "Router")
        assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        assert behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
        assert referenced(behaviour["ResponseHeadersPolicyId"]) == "SecurityHeaders"
        assert behaviour["ViewerProtocolPolicy"] in {"redirect-to-https", "https-only"}


def test_function_fits_cloudfronts_limit() -> None:
    assert 0 < len(RESOURCES["Router"]["Properties"]["FunctionCode"].encode()) <= MAX_FUNCTION_BYTES


def test_origins_are_reached_over_tls_with_the_proof_of_the_front_door() -> None:
    for origin in DISTRIBUTION["Origins"]:
        assert origin["CustomOriginConfig"] == {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}
        assert origin["OriginCustomHeaders"] == [
            {"HeaderName": "X-Front-Door-Key", "HeaderValue": {"Ref": "FrontDoorKey"}}
        ]
    assert TEMPLATE["Parameters"]["FrontDoorKey"]["NoEcho"] is True


def test_answers_carry_security_headers_and_docs_keep_their_own_policy() -> None:
    headers = RESOURCES["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]

    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
    assert headers["FrameOptions"]["FrameOption"] == "DENY"
    assert headers["ContentTypeOptions"]["Override"] is True
    assert headers["ContentSecurityPolicy"]["Override"] is False


def test_access_logs_hold_no_path_query_cookie_or_referer() -> None:
    fields = RESOURCES["AccessLogDelivery"]["Properties"]["RecordFields"]

    assert {"c-ip", "sc-status", "x-edge-request-id"} <= set(fields)
    assert [field for field in fields if re.search(r"uri|query|cookie|referer|user-agent", field, re.IGNORECASE)] == []
    assert "Logging" not in DISTRIBUTION


def test_stage_takes_the_api_where_the_template_puts_it() -> None:
    config = json.loads((package.ROOT / ".chalice" / "config.json").read_text("utf-8"))
    (rest, _) = DISTRIBUTION["Origins"]

    assert rest["OriginPath"] == f"/{config['api_gateway_stage']}"


def test_cfn_lint_finds_nothing(tmp_path: Any) -> None:
    path = tmp_path / "front_door.yaml"
    path.write_text(package.dump(TEMPLATE), encoding="utf-8")

    assert cfn_lint(path) == (0, "")
