from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("hassil", reason="commands need the extra allears[commands]")
from allears.cli.app import main

DEMO = str(Path(__file__).parents[3] / "docs" / "examples" / "commands.yaml")


@pytest.fixture
def wrong(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("language: en\nintents:\n  A:\n    data:\n      - sentences: ['turn [on', 'go']\n")
    return str(file)


def test_check_tells_what_loaded(capsys):
    assert main(["commands", "check", DEMO]) == 0
    out = capsys.readouterr().out
    assert "templates    25" in out and "0 errors" in out


def test_check_fails_with_line_and_column(capsys, wrong):
    assert main(["commands", "check", wrong]) == 1
    assert "wrong.yaml:5:27: error: '[' is never closed" in capsys.readouterr().out
    assert main(["commands", "check", wrong, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["line"] == 5


def test_say_and_match(capsys):
    assert main(["commands", "say", DEMO, "-n", "3", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 3
    assert main(["commands", "match", DEMO, lines[0]["text"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["intent"] == lines[0]["intent"]
    assert main(["commands", "match", DEMO, "who won the game"]) == 1


def test_lists_and_threshold(capsys, tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("language: en\nintents: {Go: {data: [{sentences: ['go to {area}']}]}}\n")
    options = ["--list", "area=kitchen,big hall"]
    assert main(["commands", "match", str(file), "go to the big hal", *options, "--threshold", "0.99"]) == 1
    assert main(["commands", "match", str(file), "go to big hall", *options, "--threshold", "0.99"]) == 0
    assert "'big hall'" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["commands", "match", str(file), "x", "--list", "area"])


def test_a_file_with_errors_is_no_grammar(capsys, wrong):
    assert main(["commands", "match", wrong, "go"]) == 2
    assert "is never closed" in capsys.readouterr().err
