"""The options of the Wyoming port: what does not go together is said before anything is loaded."""

from __future__ import annotations

import socket

import pytest

from allears.cli.app import main

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
pytest.importorskip("hassil", reason="the extra `commands` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore:'audioop':DeprecationWarning")  # of the protocol's library


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--mdns"], "add --wyoming"),
        (["--no-http"], "add --wyoming"),
        (["--skill", "clock"], "add --wyoming"),
        (["--wyoming", "stdio://"], "add --no-http"),
        (["--wyoming", "10300"], "tcp://0.0.0.0:10300"),
        (["--wyoming", "tcp://127.0.0.1:0", "--wyoming-end", "9"], "0.2 to 5 s"),
        (["--wyoming", "tcp://127.0.0.1:0", "--skill", "clok"], "clock"),
        (["--wyoming", "tcp://127.0.0.1:0", "--mdns", "--skill", "none"], "cannot reach"),
        (["--wyoming", "tcp://127.0.0.1:0", "--commands", "no-such.yaml"], "no-such.yaml"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(arguments, says, capsys, home) -> None:
    pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
    assert main(["serve", "--port", "0", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(capsys, home) -> None:
    pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        uri = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert main(["serve", "--port", "0", "--wyoming", uri]) == 2
    assert "another program" in capsys.readouterr().err
