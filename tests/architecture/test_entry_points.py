"""The entry points that the app declares, and who may use them."""

import ast
from collections.abc import Iterator

import pytest

import app as application
from tests.support.paths import ROOT

ROUTE_TABLE = ROOT / "tests" / "architecture" / "route_table.txt"
ROUTES = [route for package in application.PACKAGES for route in package.declared]
NOT_HTTP = {
    "lambda_function",
    "schedule",
    "on_cloudwatch_event",
    "on_s3_event",
    "on_sns_message",
    "on_sqs_message",
    "on_kinesis_record",
    "on_dynamodb_record",
    "on_ws_connect",
    "on_ws_message",
    "on_ws_disconnect",
    "authorizer",
    "middleware",
}


def declared_table() -> list[str]:
    return sorted(f"{route.method:<6} {route.path:<48} {route.access.name}" for route in ROUTES)


def test_every_route_stands_in_the_reviewed_table_with_who_may_call_it() -> None:
    reviewed = [line for line in ROUTE_TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert sorted(reviewed) == declared_table()


def test_no_route_is_declared_twice() -> None:
    names = [(route.method, route.path) for route in ROUTES]
    assert len(names) == len(set(names))


def test_the_app_serves_what_is_declared_and_nothing_else() -> None:
    served = {(method, path) for path, methods in application.app.routes.items() for method in methods}
    assert served == {(route.method, route.path) for route in ROUTES}


def test_siblings_in_a_path_carry_one_name() -> None:
    """API Gateway refuses two names for one variable."""
    names: dict[str, set[str]] = {}
    for route in ROUTES:
        parts = route.path.split("/")
        for index, part in enumerate(parts):
            if part.startswith("{"):
                names.setdefault("/".join(parts[:index]), set()).add(part)
    assert {prefix: found for prefix, found in names.items() if len(found) > 1} == {}


def test_every_way_in_that_is_not_http_goes_through_app() -> None:
    handlers = {handler.name: handler.handler_string for handler in application.app.pure_lambda_functions}
    handlers |= {source.name: source.handler_string for source in application.app.event_sources}
    handlers |= {name: each.handler_string for name, each in application.app.websocket_handlers.items()}
    assert len(handlers) >= 6
    assert {name: string for name, string in handlers.items() if not string.startswith("app.")} == {}


def declarations(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(called, ast.Attribute) and called.attr in NOT_HTTP:
                    yield f"{called.attr} {node.name}"


def test_no_package_declares_a_way_in_of_its_own() -> None:
    found = {str(path): list(declarations(path.read_text("utf-8"))) for path in (ROOT / "chalicelib").rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "decorator",
    ["routes.schedule(Rate(1))", "routes.on_sqs_message(queue='x')", "bp.on_ws_connect()", "bp.lambda_function"],
)
def test_such_a_declaration_would_be_found(decorator: str) -> None:
    assert len(list(declarations(f"@{decorator}\ndef sweep(event): ..."))) == 1


def test_the_search_finds_those_of_the_app() -> None:
    found = list(declarations((ROOT / "app.py").read_text("utf-8")))
    assert {"lambda_function dispatch", "on_ws_connect websocket_connect"} <= set(found)


def test_a_view_says_what_it_is_for() -> None:
    assert [route.path for route in ROUTES if not route.view.__doc__] == []
