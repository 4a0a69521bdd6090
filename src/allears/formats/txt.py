"""Plain text: a line a segment, nothing else."""

from __future__ import annotations

from allears.formats import FORMATS
from allears.formats.base import Format
from allears.formats.lines import one_line
from allears.runtime.result import Result

__all__ = ["txt"]


@FORMATS.register
def txt() -> Format:
    """Plain text, a line a segment."""
    return Format(suffix=".txt", write=_write, is_joinable=True)


def _write(result: Result) -> str:
    return "".join(f"{one_line(segment.text)}\n" for segment in result.segments)
