"""The verb: what is wrong is said before anything is loaded."""

from __future__ import annotations

import socket

import pytest

from allears.cli.app import main

pytest.importorskip("fastapi", reason="the extra `server` is not installed")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "--key"),
        (["--port", "99999"], "0 to 65535"),
        (["--key", "short"], "8 or more"),
        (["--voice-command", "no-such-program"], "not installed"),
        (["--max-audio-s", "-1"], "more than 0"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(arguments, says, capsys, monkeypatch) -> None:
    monkeypatch.delenv("ALLEARS_API_KEY", raising=False)
    assert main(["serve", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 2
    assert "another program" in capsys.readouterr().err


def test_a_model_that_is_none_ends_it_with_code_3(tmp_path, capsys) -> None:
    assert main(["serve", "--port", "0", "--model", str(tmp_path / "none")]) == 3
