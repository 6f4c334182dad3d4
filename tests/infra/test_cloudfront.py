"""CloudFront on AWS and the front door here: one table, the same ways."""

import json
import re
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

import pytest
from py_mini_racer import MiniRacer

import app as application
from chalicelib.common import texts
from chalicelib.common.http import documents, headers
from chalicelib.common.http.routing import Route
from infra import routing, web_policy
from infra.aws import web_files
from infra.gateway_answers import NOT_FOUND
from infra.packaging import front_door, package, template_files
from infra.routing import Target, Upstream, route
from tests.infra.conftest import Built, cfn_lint, referenced
from tests.infra.test_front_door import ROUTED

TEMPLATE = front_door.template()
RESOURCES = TEMPLATE["Resources"]
DISTRIBUTION = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
BEHAVIOURS = [*DISTRIBUTION["CacheBehaviors"], DISTRIBUTION["DefaultCacheBehavior"]]
MAX_FUNCTION_BYTES = 10 * 1024  # CloudFront's
CACHES_NOTHING = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # Managed-CachingDisabled
CACHES_AS_FILES_SAY = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # Managed-CachingOptimized
UPLOADS = "https://${UploadsHost}"
VIEWER, HOST = "203.0.113.7", "school.example"


def asked(path: str, query: str, *, method: str = "GET", **sent: str) -> dict[str, Any]:
    """What CloudFront's function makes of a request: another request, or an answer."""
    engine = MiniRacer()
    engine.eval(front_door.function_code())
    written = {**sent, "host": HOST, "x-viewer-address": "192.0.2.66", "x-viewer-host": "evil.example"}
    headers = {name: {"value": value} for name, value in written.items()}
    event = {
        "context": {"requestId": "r-1"},
        "viewer": {"ip": VIEWER},
        "request": {"method": method, "uri": path, "headers": headers, "querystring": "untouched"},
    }
    raw = "undefined" if not query else json.dumps(query)
    engine.eval(f"const event = {json.dumps(event)}; event.request.rawQueryString = () => {raw};")
    made: dict[str, Any] = json.loads(str(engine.eval("JSON.stringify(handler(event))")))
    return made


def behaviour_of(path: str) -> dict[str, Any]:
    """The first behaviour whose pattern fits, as CloudFront chooses it before the function runs."""
    return next(each for each in BEHAVIOURS if fnmatchcase(path, each.get("PathPattern", "*")))


def origin_of(path: str) -> str:
    return str(behaviour_of(path)["TargetOriginId"])


def is_kept(behaviour: dict[str, Any]) -> bool:
    return bool(behaviour["CachePolicyId"] != CACHES_NOTHING)


ROUTES = [route for package in application.PACKAGES for route in package.declared]
DOCUMENTS = {route.path for route in ROUTES if route.caching == documents.CACHING}


@pytest.mark.parametrize(("path", "query", "target"), ROUTED)
def test_cloudfront_routes_as_the_local_front_door_does(path: str, query: str, target: Target) -> None:
    made = asked(path, query)

    assert route(path, query) == target
    if target.upstream is Upstream.WEBSOCKET:
        assert (origin_of(path), made["uri"], made["querystring"]) == ("websocket", "/api", target.query)
    elif target.upstream is Upstream.WEB:
        assert (origin_of(path), made["uri"]) == ("web", routing.web_file(path))
    elif path.startswith("/ws/"):
        assert (made["statusCode"], json.loads(made["body"])["code"]) == (404, "route_not_found")
        assert made["headers"]["cache-control"] == {"value": "no-store"}
    else:
        assert (origin_of(path), made["uri"], made["querystring"]) == ("rest", path, "untouched")


@pytest.mark.parametrize(
    "accepted",
    ["", "ru", "en", "ru-RU,ru;q=0.9", "en;q=0.5, ru;q=0.7", "ru;q=0.1,en", "tlh", "ru;q=0", "ru;q=x", "*", ";"],
)
def test_cloudfronts_own_answer_is_in_the_language_that_is_asked_for(accepted: str) -> None:
    body = json.loads(asked("/ws/no/such", "", **{"accept-language": accepted})["body"])
    text = NOT_FOUND.text.in_language(texts.preferred(accepted))
    assert [body["status"], *body["errors"], body["detail"]] == [text] * 3
    assert body == NOT_FOUND.body(texts.preferred(accepted), "r-1")


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_a_page_may_read_that_there_is_no_such_socket(method: str) -> None:
    made = asked("/ws/a/slip", "", method=method, origin="https://page.example")

    assert made["statusCode"] == {"GET": 404, "OPTIONS": 204}[method]
    assert made["headers"]["access-control-allow-origin"] == {"value": "https://page.example"}
    assert made["headers"]["vary"] == {"value": "Origin"}
    assert ("access-control-allow-headers" in made["headers"]) == (method == "OPTIONS")


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/", "text/html,application/xhtml+xml,*/*;q=0.8"),
        ("HEAD", "/", "text/html"),
        ("GET", "/", "application/json"),
        ("GET", "/", "*/*"),
        ("GET", "/", None),
        ("POST", "/", "text/html"),
        ("GET", "/docs", "text/html"),
        ("GET", "/courses", "text/html"),
    ],
)
def test_a_browser_at_the_front_door_is_led_to_the_client_here_and_there(
    method: str, path: str, accept: str | None
) -> None:
    made = asked(path, "", method=method, **({} if accept is None else {"accept": accept}))

    is_led = routing.leads_to_web_client(method, path, accept or "")
    assert is_led == ("text/html" in (accept or "") and (method, path) in {("GET", "/"), ("HEAD", "/")})
    assert ("statusCode" in made) == is_led
    if is_led:
        assert made["statusCode"] == 302
        assert (made["headers"]["location"], made["headers"]["vary"]) == ({"value": "/app/"}, {"value": "Accept"})
        assert made["headers"]["cache-control"] == {"value": "no-store"}


@pytest.mark.parametrize("path", ["/", "/login", "/ws/abc"])
def test_function_says_who_asks_for_which_host_whatever_the_client_wrote(path: str) -> None:
    headers = asked(path, "")["headers"]
    assert (headers["x-viewer-address"], headers["x-viewer-host"]) == ({"value": VIEWER}, {"value": HOST})


def test_every_behaviour_that_keeps_nothing_passes_through_the_function() -> None:
    for behaviour in filter(lambda each: not is_kept(each), BEHAVIOURS):
        (association,) = behaviour["FunctionAssociations"]
        assert (association["EventType"], referenced(association["FunctionARN"])) == ("viewer-request", "Router")
        assert behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
        assert "Compress" not in behaviour  # it would weaken ETags, which If-Match does not take


def test_every_answer_has_the_security_headers() -> None:
    for behaviour in BEHAVIOURS:
        expected = "WebHeaders" if behaviour["TargetOriginId"] == "web" else "SecurityHeaders"
        assert referenced(behaviour["ResponseHeadersPolicyId"]) == expected


def test_the_web_clients_files_have_the_headers_that_they_have_here() -> None:
    policy = RESOURCES["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    (own,) = policy["CustomHeadersConfig"]["Items"]
    written = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"],
        "X-Content-Type-Options": "nosniff" if security["ContentTypeOptions"]["Override"] else "",
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        own["Header"]: own["Value"],
    }

    assert written == web_policy.security_headers(UPLOADS)
    assert all(each["Override"] for each in [*security.values(), own])
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
    assert "frame-ancestors 'none'" in written["Content-Security-Policy"]


def test_the_web_clients_files_are_kept_as_they_say_and_nobody_can_make_another_copy() -> None:
    behaviours = [each for each in BEHAVIOURS if each["TargetOriginId"] == "web"]

    assert [each["PathPattern"] for each in behaviours] == ["/app", "/app/assets/*", "/app/*"]
    for behaviour in behaviours:
        assert (behaviour["CachePolicyId"], behaviour["Compress"]) == (CACHES_AS_FILES_SAY, True)
        assert "OriginRequestPolicyId" not in behaviour
        assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
        runs = [referenced(each["FunctionARN"]) for each in behaviour["FunctionAssociations"]]
        # An asset is its own file: the function would cost a run for each and change nothing.
        assert runs == ([] if behaviour["PathPattern"] == "/app/assets/*" else ["Router"])


def test_an_asset_needs_no_function() -> None:
    assert routing.web_file("/app/assets/main-1.js") == "/app/assets/main-1.js"
    assert behaviour_of("/app/assets/main-1.js")["PathPattern"] == f"{routing.WEB_ASSETS}*"


def test_an_error_of_the_api_is_never_answered_with_the_page() -> None:
    assert "CustomErrorResponses" not in DISTRIBUTION


def test_nobody_but_cloudfront_reads_the_web_clients_bucket(built: Built) -> None:
    (origin,) = [each for each in DISTRIBUTION["Origins"] if each["Id"] == "web"]
    access = RESOURCES[referenced(origin["OriginAccessControlId"])]["Properties"]["OriginAccessControlConfig"]
    statements = {each["Sid"]: each for each in policy_of(built, "WebBucket")}
    granted = [each for each in statements.values() if each["Effect"] == "Allow"]

    assert (access["OriginAccessControlOriginType"], access["SigningBehavior"]) == ("s3", "always")
    assert all(built.resources("AWS::S3::Bucket")["WebBucket"]["PublicAccessBlockConfiguration"].values())
    assert {(each["Action"], json.dumps(each["Resource"])) for each in granted} == {
        ("s3:GetObject", '{"Fn::Sub": "${WebBucket.Arn}/app/*"}'),
        ("s3:ListBucket", '{"Fn::GetAtt": ["WebBucket", "Arn"]}'),
    }
    for each in granted:
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        (arn,) = each["Condition"]["ArnLike"].values()
        assert arn == {"Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*"}
    assert statements["OnlyOverTls"]["Effect"] == "Deny"


def test_only_what_a_build_no_longer_has_is_forgotten(built: Built) -> None:
    (rule,) = built.resources("AWS::S3::Bucket")["WebBucket"]["LifecycleConfiguration"]["Rules"]

    (tag,) = rule["TagFilters"]
    assert {tag["Key"]: tag["Value"]} == web_files.SUPERSEDED
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)


def policy_of(built: Built, bucket: str) -> list[dict[str, Any]]:
    (policy,) = [
        each for each in built.resources("AWS::S3::BucketPolicy").values() if referenced(each["Bucket"]) == bucket
    ]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def test_only_what_people_type_is_redirected_and_nothing_else_is_answered_in_the_clear() -> None:
    policies = {behaviour.get("PathPattern", "*"): behaviour["ViewerProtocolPolicy"] for behaviour in BEHAVIOURS}

    redirected = {pattern for pattern, policy in policies.items() if policy == "redirect-to-https"}
    assert redirected == {"/", "/app", "/app/*"}
    assert {policy for pattern, policy in policies.items() if pattern not in redirected} == {"https-only"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_operation_but_the_root_is_redirected(route: Route) -> None:
    path = re.sub(r"{\w+}", "1", route.path)
    assert behaviour_of(path)["ViewerProtocolPolicy"] == ("redirect-to-https" if path == "/" else "https-only")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_the_front_door_keeps_the_documents_and_nothing_else(route: Route) -> None:
    behaviour = behaviour_of(re.sub(r"{\w+}", "1", route.path))
    assert is_kept(behaviour) is (route.path in DOCUMENTS)
    if is_kept(behaviour):
        assert referenced(behaviour["CachePolicyId"]) == "Documents"
        assert "OriginRequestPolicyId" not in behaviour  # whatever a client sends, it gets the one copy
        assert behaviour["Compress"] is True
        assert "POST" in behaviour["AllowedMethods"]


def test_no_client_can_make_another_copy_of_a_document() -> None:
    policy = RESOURCES["Documents"]["Properties"]["CachePolicyConfig"]

    keys = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    behaviours = [keys["CookiesConfig"], keys["HeadersConfig"], keys["QueryStringsConfig"]]
    assert [list(each.values()) for each in behaviours] == [["none"]] * 3
    assert (keys["EnableAcceptEncodingGzip"], keys["EnableAcceptEncodingBrotli"]) == (True, True)
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    assert headers.kept_for(timedelta(seconds=policy["MaxTTL"])) == documents.CACHING


def test_files_of_the_web_client_count_by_themselves() -> None:
    """So that a school whose pupils all open a new build may still ask the API."""
    rules = {
        each["Name"]: each["Statement"]["RateBasedStatement"] for each in RESOURCES["FloodGate"]["Properties"]["Rules"]
    }
    assets = rules["assets"]["ScopeDownStatement"]["ByteMatchStatement"]

    assert rules["floods"]["ScopeDownStatement"] == {"NotStatement": {"Statement": {"ByteMatchStatement": assets}}}
    assert (assets["PositionalConstraint"], assets["SearchString"]) == ("STARTS_WITH", routing.WEB_ASSETS)
    assert {name: referenced(each["Limit"]) for name, each in rules.items()} == {
        "floods": "RequestsPerAddress",
        "documents": "DocumentsPerAddress",
        "assets": "AssetsPerAddress",
    }


def test_one_address_gets_few_documents() -> None:
    (rule,) = (each for each in RESOURCES["FloodGate"]["Properties"]["Rules"] if each["Name"] == "documents")
    limit = rule["Statement"]["RateBasedStatement"]
    statements = limit["ScopeDownStatement"]["OrStatement"]["Statements"]
    matches = [each["ByteMatchStatement"] for each in statements]

    def is_limited(path: str) -> bool:
        return any(
            path == each["SearchString"]
            or (each["PositionalConstraint"] == "STARTS_WITH" and path.startswith(each["SearchString"]))
            for each in matches
        )

    assert {route.path for route in ROUTES if is_limited(route.path)} == DOCUMENTS
    assert referenced(limit["Limit"]) == "DocumentsPerAddress"
    assert TEMPLATE["Parameters"]["DocumentsPerAddress"]["Default"] * 5 < 20_000


def test_function_fits_cloudfronts_limit() -> None:
    assert 0 < len(RESOURCES["Router"]["Properties"]["FunctionCode"].encode()) <= MAX_FUNCTION_BYTES


def test_origins_are_reached_over_tls_with_the_proof_of_the_front_door() -> None:
    for origin in [each for each in DISTRIBUTION["Origins"] if each["Id"] != "web"]:
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
    (rest, *_) = DISTRIBUTION["Origins"]

    assert rest["OriginPath"] == f"/{config['api_gateway_stage']}"


def test_cfn_lint_finds_nothing(tmp_path: Any) -> None:
    path = tmp_path / "front_door.yaml"
    path.write_text(template_files.dump(TEMPLATE), encoding="utf-8")

    assert cfn_lint(path) == (0, "")
