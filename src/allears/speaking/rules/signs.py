"""Marks, which are pauses, and signs, which are words or nothing.

In: a reader. Out: rules.
"""

from __future__ import annotations

import re

from allears.speaking.rules.rule import Reader, Rule, choice

__all__ = ["rules"]

_SILENT = re.compile(r"[\"'“”‘’«»„‚`´*_^|\\/·•¿¡-]+")  # quotes, strokes: nothing is said for them
_MARKS = {
    **dict.fromkeys("—–()[]{}、،，", ","), **dict.fromkeys("。…．", "."), **dict.fromkeys("؟？", "?"),
    "！": "!", "；": ";", "：": ":",
}  # fmt: skip


def rules(reader: Reader) -> list[Rule]:
    """Those of a reader."""
    made = [
        Rule(re.compile(r"\.{2,}|…+"), lambda found: "."),
        Rule(re.compile(r"[.,?!;:]+"), lambda found: _strongest(found[0])),
        Rule(re.compile(rf"[{re.escape(''.join(_MARKS))}]"), lambda found: _MARKS[found[0]]),
    ]
    if reader.language.signs:
        signs = re.compile(choice(reader.language.signs))
        made.append(Rule(signs, lambda found: reader.language.signs[found[0]]))
    return [*made, Rule(_SILENT, lambda found: "")]


def _strongest(marks: str) -> str:
    """`?!` is a question, `!!!` one mark."""
    return next(mark for mark in "?!.;:," if mark in marks)
