"""`allears understand`, on a reader that knows one sentence."""

from __future__ import annotations

import io
import json

import pytest

from allears import understand
from allears.cli.app import main
from allears.understand import LabelSet, Meaning, SlotValue, UnderstandSpec

Capture = pytest.CaptureFixture[str]


class _Reader:
    """Answers every text alike."""

    spec = UnderstandSpec("tiny", "1", ("home",), (LabelSet("home", ("on", "off"), ("O",), {}, {}),))

    def __init__(self, folder: str | None) -> None:
        if folder == "nowhere":
            raise ValueError("there is no nowhere")

    def read(self, text: str, *, label_set: str | None = None) -> Meaning:
        slots = (SlotValue("room", "hall", 0, 4, 0.9),)
        return Meaning(text, label_set or "home", "home", 0.8, "on", 0.7, slots, -1.5, False)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understand, "Reader", _Reader)


def test_json_is_a_line_a_sentence(capsys: Capture) -> None:
    assert main(["understand", "--json", "hall on", "hall off"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["text"] for row in rows] == ["hall on", "hall off"]
    assert rows[0]["slots"][0]["value"] == "hall"


def test_a_table_shows_intent_scope_and_values(capsys: Capture) -> None:
    assert main(["understand", "hall on"]) == 0
    out = capsys.readouterr().out
    assert "on (0.70, of the set home)" in out and "out of scope (-1.5)" in out and "hall (0.90)" in out


def test_lines_of_stdin_are_sentences(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("one\n\n two \n"))
    assert main(["understand", "--json"]) == 0
    assert [json.loads(line)["text"] for line in capsys.readouterr().out.splitlines()] == ["one", "two"]


def test_wrong_use_is_told(capsys: Capture) -> None:
    assert main(["understand", "--set", "jazz", "on"]) == 2
    assert "it has home" in capsys.readouterr().err
    assert main(["understand", "--model", "nowhere", "on"]) == 2
