"""What `make run-localstack` asks of a machine, and the parts of a local cloud that LocalStack needs."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from chalicelib.judge_protocol.contract import ContractError
from infra.local import judge_proxy, localstack, mail
from infra.local.options import Options
from judge_container import addresses


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """A Docker that does what it is told and writes down what that was; its engine answers while `engine` is there."""
    bin_directory = tmp_path / "bin"
    bin_directory.mkdir()
    program = bin_directory / "docker"
    program.write_text(
        f"""#!/bin/sh
echo "$@" >> {tmp_path}/said
case "$*" in
info) test -e {tmp_path}/engine ;;
"compose version") test -e {tmp_path}/compose ;;
*up*) test -e {tmp_path}/up ;;
esac
"""
    )
    program.chmod(0o755)
    return tmp_path


def environment(directory: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{directory}/bin:/usr/bin:/bin", **more}


def test_what_is_missing_is_named_one_after_the_other(docker: Path) -> None:
    with_token = environment(docker, LOCALSTACK_AUTH_TOKEN="t")
    assert localstack.missing(environment(docker)).startswith("LOCALSTACK_AUTH_TOKEN is not set")
    assert not (docker / "said").exists()  # an engine that hangs would hold up whoever only looks for the token
    assert localstack.missing({**with_token, "PATH": "/nowhere"}).startswith("Docker is missing")
    assert localstack.missing(with_token).startswith("Docker's engine does not answer")
    (docker / "engine").touch()
    assert localstack.missing(with_token).startswith("docker compose is missing")
    (docker / "compose").touch()
    assert localstack.missing(with_token) == ""


def test_what_was_started_is_taken_down_though_it_did_not_come_up(
    docker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("engine", "compose"):
        (docker / name).touch()

    assert localstack.run([], environment(docker, LOCALSTACK_AUTH_TOKEN="secret")) == 1

    said = (docker / "said").read_text().splitlines()
    assert [line.rpartition("localstack.yaml ")[2] for line in said[-2:]] == ["up --detach --wait", "down"]
    refused = capsys.readouterr().err
    assert refused.startswith("make run-localstack: failed: docker compose")
    assert "secret" not in refused + "".join(said)


@pytest.fixture
def judge() -> Iterator[HTTPServer]:
    class Judge(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"got": event, "deadline": self.headers["X-Amzn-Lambda-Deadline-Ms"]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Judge) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_judges_function_asks_our_process_and_says_how_long_it_waits(
    judge: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDGE_URL", f"http://127.0.0.1:{judge.server_port}/invoke")
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 140_000)

    answer = judge_proxy.handler({"action": "describe"}, context)

    assert answer["got"] == {"action": "describe"}
    assert int(answer["deadline"]) > 140_000


def test_a_judge_elsewhere_on_this_machine_is_where_the_option_says(tmp_path: Path) -> None:
    options = Options(
        front_door_port=0,
        emulator_port=0,
        judge_port=9180,
        judge_host="172.17.0.1",
        state_dir=tmp_path,
        external_endpoint="",
    )

    assert options.judge_url == "http://172.17.0.1:9180"


@pytest.mark.parametrize("host", ["lyceum.s3.localhost.localstack.cloud:4566", "localhost.localstack.cloud:4566"])
def test_inputs_of_localstacks_bucket_are_local(host: str) -> None:
    addresses.check(f"http://{host}/x", local=True)
    with pytest.raises(ContractError):
        addresses.check(f"http://{host}/x", local=False)


@pytest.mark.parametrize("host", ["localhost.localstack.cloud.evil.example", "evillocalhost", "localstack.cloud"])
def test_names_that_only_look_local_are_not(host: str) -> None:
    with pytest.raises(ContractError):
        addresses.check(f"http://{host}/x", local=True)


def test_localstacks_mails_read_like_ministacks() -> None:
    stored = {
        "Source": "Lyceum <no-reply@lyceum.example>",
        "Destination": {"ToAddresses": ["ann@example.com"]},
        "Subject": "Привет",
        "Body": {"text_part": "Код 1", "html_part": None},
        "Timestamp": "2026-11-29T10:46:15",
    }

    assert mail.of_localstack(stored) == {
        "Timestamp": 1795949175.0,
        "Source": "Lyceum <no-reply@lyceum.example>",
        "To": ["ann@example.com"],
        "Subject": "Привет",
        "BodyText": "Код 1",
        "BodyHtml": "",
    }
