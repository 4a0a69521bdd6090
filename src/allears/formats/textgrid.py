"""TextGrid, the annotation file of Praat: a tier of words, and one for each answer that is a timeline (phones).

Source: "TextGrid file formats", the Praat manual. Tiers cover the whole clip: what nobody says is an empty interval.
Times are rounded to 0.1 ms; where two words overlap, the second begins where the first ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allears.decode.answers import Timeline
from allears.formats import FORMATS
from allears.formats.base import Format
from allears.formats.lines import one_line
from allears.runtime.result import Result

__all__ = ["textgrid"]

_Interval = tuple[float, float, str]
_TINY_S = 1e-4


@FORMATS.register
def textgrid() -> Format:
    """Praat's TextGrid: words, and phones or letters where they are known."""
    return Format(suffix=".textgrid", write=_write)


def _write(result: Result) -> str:
    tiers: dict[str, Iterable[_Interval]] = {"words": ((w.start_s, w.end_s, w.text) for w in result.words)}
    for name, answer in result.answers.items():
        if isinstance(answer, Timeline):
            tiers[name] = ((span.start_s, span.end_s, span.label) for span in answer.spans)
    filled = {name: list(some) for name, some in tiers.items()}
    ends = (end for some in filled.values() for _, end, _ in some)
    end_s = round(max([result.duration_s, _TINY_S, *ends]), 4)
    head = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end_s:g}",
            "tiers? <exists>", f"size = {len(filled)}", "item []:"]  # fmt: skip
    tier_lines = (
        line for n, (name, some) in enumerate(filled.items(), 1) for line in _tier(n, name, _covering(some, end_s))
    )
    return "\n".join([*head, *tier_lines]) + "\n"


def _covering(intervals: Sequence[_Interval], end_s: float) -> list[_Interval]:
    """The intervals with empty ones between them, from 0 to the end; those that have no length are left out."""
    filled: list[_Interval] = []
    now = 0.0
    for start, end, text in sorted(intervals, key=lambda one: one[0]):
        start, end = max(round(start, 4), now), min(round(end, 4), end_s)
        if end - start < _TINY_S:
            continue
        if start - now >= _TINY_S:
            filled.append((now, start, ""))
        filled.append((start if start - now >= _TINY_S else now, end, text))
        now = end
    if end_s - now >= _TINY_S or not filled:
        filled.append((now, end_s, ""))
    return filled


def _tier(number: int, name: str, intervals: Sequence[_Interval]) -> Iterable[str]:
    yield f"    item [{number}]:"
    yield '        class = "IntervalTier"'
    yield f"        name = {_quoted(name)}"
    yield "        xmin = 0"
    yield f"        xmax = {intervals[-1][1]:g}"
    yield f"        intervals: size = {len(intervals)}"
    for i, (start, end, text) in enumerate(intervals, 1):
        yield f"        intervals [{i}]:"
        yield f"            xmin = {start:.10g}"
        yield f"            xmax = {end:.10g}"
        yield f"            text = {_quoted(text)}"


def _quoted(text: str) -> str:
    """Praat doubles a quotation mark inside a text."""
    doubled = one_line(text).replace('"', '""')
    return f'"{doubled}"'
