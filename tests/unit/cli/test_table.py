"""The table: what is in it, how it looks in a pipe and on a terminal."""

from __future__ import annotations

import io

import numpy as np
import pytest

from allears.cli._rows import Cell, Row, meaning_text, result_rows, text_row
from allears.cli._table import PLAIN_WIDTH, print_table
from allears.decode import Choice, Embedding, Segment, Slot, Slots, Span, Spans, Transcript, Understood, Word
from allears.formats.lines import display_width
from allears.keywords import KeywordHit
from allears.understand import Meaning, SlotValue
from tests.unit.cli.fakes import heard


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _text(rows: list[Row], file: io.StringIO | None = None) -> str:
    out = file or io.StringIO()
    print_table("title", rows, out)
    return out.getvalue()


def _labels(rows: list[Row]) -> list[str]:
    return [row.label for row in rows]


def test_a_row_an_answer_and_the_speed() -> None:
    assert _labels(result_rows(heard("a.wav"))) == ["text", "words", "speech", "language", "voice", "speed"]


def test_tasks_that_were_not_asked_for_have_no_row() -> None:
    assert _labels(result_rows(heard("a.wav", answers={}))) == ["speed"]


def test_answers_of_tasks_nobody_foresaw_are_shown() -> None:
    answers = {
        "mood": Choice("glad", 0.9, {"glad": 0.9, "sad": 0.1}),
        "music": Spans((Span(1.0, 62.5),), np.zeros(3), 0.02),
        "point": Embedding(np.ones(7, np.float32)),
        "translate": Transcript((Segment(0.0, 1.0, "Hallo."),), "de"),
        "level": {"db": -3.0},
        "understanding": Understood(Choice("go", 0.8), Slots("to rome", (Slot("city", "rome", 0.1, 0.5, 0.9),))),
    }
    text = _text(result_rows(heard("a.wav", answers=answers)))
    for part in (
        "glad 90% (or sad 10%)",
        "1.00-1:02.5",
        "vector of 7 numbers",
        "Hallo.",
        "{'db': -3.0}",
        "go(city=rome) 80%",
    ):
        assert part in text


def test_silence_says_so() -> None:
    answers = {"transcribe": Transcript((), None), "speech": Spans((), np.zeros(1), 0.02)}
    answers |= {"speaker": Embedding(np.ones(2, np.float32)), "mood": Choice("glad", 0.9, {"glad": 0.9, "sad": 0.1})}
    text = _text(result_rows(heard("a.wav", answers=answers, nearest=None)))
    assert "(nothing was said)" in text
    assert "glad 90% (or sad 10%), but nobody speaks" in text
    assert text.count("nobody speaks") == 3


def test_long_transcripts_get_a_line_a_segment() -> None:
    word = Word("word", 0.0, 1.0, 1.0)
    segments = tuple(Segment(60.0 * i, 60.0 * i + 1, f"Number {i}.", (word,) * 40) for i in range(3))
    rows = result_rows(heard("a.wav", answers={"transcribe": Transcript(segments, "en")}))
    assert _labels(rows) == ["text", "speed"]
    assert "1:00.0-1:01.0  Number 1." in _text(rows)


@pytest.mark.parametrize("word", ["word", "人工智能", "extraordinarily"])
def test_plain_lines_are_never_too_wide(word: str) -> None:
    rows = [text_row("flow", f"{word} " * 80), Row("grid", tuple(Cell(word) for _ in range(80)), "grid")]
    rows.append(Row("lines", tuple(Cell(f"{word} " * 40) for _ in range(3)), "lines"))
    rows.append(text_row("solid", word * 80))
    lines = _text(rows).splitlines()
    assert max(map(display_width, lines)) <= PLAIN_WIDTH
    assert all(line == line.rstrip() for line in lines)


def test_on_a_terminal_there_is_a_frame_and_doubtful_words_stand_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = _text(result_rows(heard("a.wav")), Terminal())
    assert "╭" in text
    assert "\x1b[33m0.50-0.90 there." in text, "yellow"
    assert "\x1b[33m0.10" not in text


def test_markup_in_names_and_words_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    out = Terminal()
    print_table("[red]a.wav", [text_row("[b]", "[/b] :smile:")], out)
    for part in ("[red]a.wav", "[b]", "[/b]", ":smile:"):
        assert part in out.getvalue()


@pytest.mark.parametrize(("margin", "end"), [(1.0, "home"), (-1.0, "home, out of scope")])
def test_what_was_meant_has_a_row(margin: float, end: str) -> None:
    slots = (SlotValue("room", "hall", 0, 4, 0.9),)
    meaning = Meaning("hall on", "home", "home", 0.8, "on", 0.7, slots, margin, margin > 0)
    assert f"meaning   on(room=hall) 70%, {end}\n" in _text(result_rows(heard("a.wav", meaning=meaning)))
    nothing = Meaning("", None, None, 0.0, None, 0.0, (), 0.0, False)
    assert meaning_text(nothing) == "nothing was said"


def test_keywords_have_a_row_where_they_were_listened_for() -> None:
    hit = KeywordHit("computer", 1.2, 1.8, 0.9, 0.012, "examples")
    assert "1.20-1.80 computer (1.2e-02 false accepts/h)" in _text(result_rows(heard("a.wav", keywords=(hit,))))
    (row,) = [row for row in result_rows(heard("a.wav", keywords=())) if row.label == "keywords"]
    assert row.cells == (Cell("none"),)
