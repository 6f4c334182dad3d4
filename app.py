"""Composition root."""
from typing import Any

from chalice import Chalice, Rate

app = Chalice(app_name="lyceum")


@app.route("/health")
def health() -> dict[str, Any]:
    return {"status": "ok"}


@app.lambda_function()
def dispatch(event: dict[str, Any], context: object) -> dict[str, Any]:
    return {"batchItemFailures": []}


@app.schedule(Rate(1, unit=Rate.HOURS))
def refresh_languages(event: object) -> None:
    return None


@app.on_ws_connect()
def websocket_connect(event: object) -> None:
    return None


@app.on_ws_message()
def websocket_message(event: object) -> None:
    return None


@app.on_ws_disconnect()
def websocket_disconnect(event: object) -> None:
    return None
