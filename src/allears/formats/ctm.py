"""CTM, the words-with-times file of the NIST scoring tools: `file channel start duration word confidence`."""

from __future__ import annotations

from pathlib import Path

from allears.formats import FORMATS
from allears.formats.base import Format
from allears.formats.lines import one_line
from allears.runtime.result import Result

__all__ = ["ctm"]


@FORMATS.register
def ctm() -> Format:
    """A word a line, in seconds: `file 1 start duration word confidence`."""
    return Format(suffix=".ctm", write=_write, is_joinable=True)


def _write(result: Result) -> str:
    file = _field(Path(result.source).stem)
    return "".join(
        f"{file} 1 {w.start_s:.3f} {max(0.0, w.end_s - w.start_s):.3f} {_field(w.text)} {w.probability:.3f}\n"
        for w in result.words
        if one_line(w.text)
    )


def _field(text: str) -> str:
    """The text as one field: spaces become `_`. A leading `;` would start a comment, so it gets one before it."""
    field = one_line(text).replace(" ", "_") or "_"
    return f"_{field}" if field.startswith(";") else field
