"""A text with its times as a `Result`, so that every format can write it.

In: words as they are written, with the frames of each and of its parts (phones or letters). Out: a `Result` with a
transcript, a segment a line of the text, and a timeline of the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allears.decode.answers import LabelledSpan, Segment, Timeline, Transcript, Word
from allears.runtime.result import Result
from allears.texts import plain_words

__all__ = ["Written", "read_text", "result_of"]

TASK = "transcribe"


@dataclass(frozen=True)
class Written:
    """A word of the text.

    Attributes:
        text: as it is written.
        plain: the words that are said, as a lexicon has them; `twenty-one` is two.
        line: number of its line.
    """

    text: str
    plain: tuple[str, ...]
    line: int


def read_text(text: str) -> tuple[Written, ...]:
    """The words of a text; what has no letter and no digit (a dash) is none.

    Raises:
        ValueError: there is no word.
    """
    found = tuple(
        Written(word, plain, number)
        for number, line in enumerate(text.splitlines())
        for word in line.split()
        if (plain := tuple(one for part in plain_words(word).split() if (one := part.strip("'"))))
    )
    if not found:
        raise ValueError("the text has no word: give what is said, as a text or with --text FILE")
    return found


def result_of(
    source: str,
    duration_s: float,
    written: Sequence[Written],
    spans: Sequence[tuple[float, float, float]],
    parts: Sequence[LabelledSpan],
    *,
    tier: str,
    model: str,
    seconds: float,
) -> Result:
    """The result.

    Args:
        source: where the audio came from.
        duration_s: of it.
        written: the words.
        spans: (start, end, probability) of each.
        parts: phones or letters.
        tier: what they are called.
        model: that aligned.
        seconds: that it took.
    """
    lines: dict[int, list[Word]] = {}
    for word, (start_s, end_s, probability) in zip(written, spans, strict=True):
        lines.setdefault(word.line, []).append(Word(word.text, round(start_s, 3), round(end_s, 3), probability))
    segments = tuple(
        Segment(words[0].start_s, words[-1].end_s, " ".join(word.text for word in words), tuple(words))
        for words in lines.values()
    )
    answers = {TASK: Transcript(segments, None), tier: Timeline(tuple(parts))}
    return Result(source, duration_s, answers, compute_s={"total": seconds}, model=model)
