"""Tab separated segments with times in whole milliseconds, as Whisper writes them."""

from __future__ import annotations

from allears.formats import FORMATS
from allears.formats.base import Format
from allears.formats.lines import milliseconds, one_line
from allears.runtime.result import Result

__all__ = ["tsv"]


@FORMATS.register
def tsv() -> Format:
    """Segments as `start end text`, tab separated, in milliseconds."""
    return Format(suffix=".tsv", write=_write)


def _write(result: Result) -> str:
    rows = (f"{milliseconds(s.start_s)}\t{milliseconds(s.end_s)}\t{one_line(s.text)}\n" for s in result.segments)
    return "start\tend\ttext\n" + "".join(rows)
