"""What the table shows: a row a kind of answer, as cells of text that know nothing of the screen.

In: a `Result`. Out: rows. A task that nobody foresaw gets a row by the type of its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from allears.commands.answer import Command
from allears.decode.answers import Audio, Choice, Embedding, Segment, Span, Spans, Transcript, Understood, Word
from allears.formats.lines import one_line
from allears.formats.plain import plain
from allears.runtime.result import Nearest, Result

if TYPE_CHECKING:
    from allears.keywords.hits import KeywordHit
    from allears.understand.answers import Meaning

__all__ = ["Cell", "Row", "command_text", "meaning_text", "result_rows", "text_row"]

MAX_WORDS = 60  # beyond that, a line a segment reads better than a time a word
MAX_LETTERS = 200  # of an answer of unknown type
DOUBTFUL = 0.5  # words less probable than this are marked
_PLACED = frozenset({"transcribe", "language", "speech", "speaker"})


@dataclass(frozen=True)
class Cell:
    """A piece of text that is not cut unless it must be. `is_doubtful`: the model was not sure."""

    text: str
    is_doubtful: bool = False


@dataclass(frozen=True)
class Row:
    """A labelled row. Its cells flow like words (`flow`), stand in columns (`grid`) or one a line (`lines`)."""

    label: str
    cells: tuple[Cell, ...]
    layout: Literal["flow", "grid", "lines"] = "flow"


def text_row(label: str, text: str) -> Row:
    """A row whose text flows; `-` if there is none."""
    return Row(label, tuple(Cell(word) for word in text.split()) or (Cell("-"),))


def result_rows(result: Result) -> list[Row]:
    """The rows of a result, those of tasks that were not asked for left out."""
    rows: list[Row] = []
    if result.transcript is not None:
        rows += _transcript_rows("text", result.transcript)
    if result.speech is not None:
        rows.append(_speech(result.speech, result.duration_s))
    if result.language is not None:
        rows.append(text_row("language", _choice(result.language)))
    if result.speaker is not None:
        rows.append(text_row("voice", "nobody speaks" if result.speech == () else _voice(result.nearest)))
    if result.command is not None:
        rows.append(text_row("command", command_text(result.command)))
    if result.meaning is not None:
        rows.append(text_row("meaning", meaning_text(result.meaning)))
    if result.keywords is not None:
        rows.append(Row("keywords", tuple(map(_hit, result.keywords)) or (Cell("none"),)))
    for task, answer in result.answers.items():
        if task not in _PLACED:
            rows.append(_any(task, answer, is_silent=result.speech == ()))
    return [*rows, text_row("speed", _speed(result))]


def _transcript_rows(label: str, transcript: Transcript) -> list[Row]:
    words = transcript.words
    if not transcript.text:
        return [text_row(label, "(nothing was said)")]
    if len(words) > MAX_WORDS or not words:
        return [Row(label, tuple(Cell(_timed_segment(segment)) for segment in transcript.segments), "lines")]
    return [text_row(label, transcript.text), Row("words", tuple(map(_timed_word, words)), "grid")]


def _timed_segment(segment: Segment) -> str:
    return f"{_time(segment.start_s)}-{_time(segment.end_s)}  {one_line(segment.text)}"


def _timed_word(word: Word) -> Cell:
    text = f"{word.start_s:.2f}-{word.end_s:.2f} {one_line(word.text)}"
    return Cell(text, word.probability < DOUBTFUL)


def _speech(spans: Sequence[Span], duration_s: float) -> Row:
    if not spans:
        return text_row("speech", "nobody speaks")
    total_s = sum(span.end_s - span.start_s for span in spans)
    cells = (*_spans(spans), Cell(f"({total_s:.1f} of {duration_s:.1f} s)"))
    return Row("speech", cells, "grid" if len(cells) > 8 else "flow")


def _spans(spans: Iterable[Span]) -> tuple[Cell, ...]:
    return tuple(Cell(f"{_time(span.start_s)}-{_time(span.end_s)}") for span in spans)


def _choice(choice: Choice) -> str:
    others = sorted(((p, label) for label, p in choice.probabilities.items() if label != choice.label), reverse=True)
    near = ", ".join(f"{label} {_percent(p)}" for p, label in others[:2] if p >= 0.05)
    return f"{choice.label} {_percent(choice.probability)}" + (f" (or {near})" if near else "")


def _percent(probability: float) -> str:
    return f"{100 * probability:.0f}%" if probability < 0.995 else f"{100 * probability:.1f}%"


def _voice(nearest: Nearest | None) -> str:
    if nearest is None:
        return "no enrolled voice to compare with: allears enroll NAME FILE..."
    alike = f"similarity {nearest.similarity:.2f}"
    match nearest.verdict:
        case "match":
            return f"{nearest.name} ({alike})"
        case "borderline":
            return f"{nearest.name}? (unsure, {alike})"
        case "unknown":
            return f"unknown ({nearest.name} is nearest, {alike})"


def command_text(command: Command) -> str:
    """Intent, values, how sure, and whether that is enough."""
    if command.intent is None:
        return "none of the grammar"
    slots = ", ".join(f"{name}={value}" for name, value in command.values.items())
    verdict = "" if command.is_accepted else ", not accepted"
    return f"{command.intent}({slots}) {_percent(command.confidence)}{verdict}"


def meaning_text(meaning: Meaning) -> str:
    """Intent, values, and whether it is anything the model knows."""
    if meaning.intent is None:
        return "nothing was said"
    slots = ", ".join(f"{slot.name}={one_line(slot.value)}" for slot in meaning.slots)
    verdict = "" if meaning.is_in_scope else ", out of scope"
    return f"{meaning.intent}({slots}) {_percent(meaning.confidence)}, {meaning.domain}{verdict}"


def _hit(hit: KeywordHit) -> Cell:
    times = f"{_time(hit.start_s)}-{_time(hit.end_s)}"
    return Cell(f"{times} {one_line(hit.keyword)} ({hit.false_accepts_per_hour:.1e} false accepts/h)")


def _any(task: str, answer: Any, *, is_silent: bool) -> Row:
    """The row of a task that has no place of its own; what it chose where nobody speaks is said to be that."""
    match answer:
        case Choice():
            return text_row(task, _choice(answer) + (", but nobody speaks" if is_silent else ""))
        case Spans():
            return Row(task, _spans(answer.spans) or (Cell("nowhere"),))
        case Embedding():
            return text_row(task, f"a vector of {answer.vector.size} numbers (in full with -f json)")
        case Transcript():
            return _transcript_rows(task, answer)[0]
        case Understood():
            slots = ", ".join(f"{slot.name}={one_line(slot.value)}" for slot in answer.slots.slots)
            return text_row(task, f"{answer.intent.label}({slots}) {_percent(answer.intent.probability)}")
        case Audio():
            return text_row(task, f"{answer.duration_s:.2f} s of sound without noise (--audio-out writes it)")
    text = one_line(str(plain(answer)))
    return text_row(task, text if len(text) <= MAX_LETTERS else f"{text[:MAX_LETTERS]}... (in full with -f json)")


def _speed(result: Result) -> str:
    total_s = result.compute_s.get("total", 0.0)
    return f"{total_s:.2f} s for {result.duration_s:.2f} s of audio, real-time factor {result.real_time_factor:.3f}"


def _time(time_s: float) -> str:
    """`7.31`, and `1:02:03.4` from a minute on."""
    if time_s < 60:
        return f"{time_s:.2f}"
    minutes, seconds = divmod(round(time_s, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{seconds:04.1f}" if hours else f"{minutes}:{seconds:04.1f}"
