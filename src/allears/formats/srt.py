"""SubRip subtitles: numbered cues, times with a comma."""

from __future__ import annotations

from allears.formats import FORMATS
from allears.formats.base import Format
from allears.formats.cues import Cue, cues
from allears.formats.lines import clock
from allears.runtime.result import Result

__all__ = ["srt"]


@FORMATS.register
def srt() -> Format:
    """SubRip subtitles, two lines of 42 columns at most."""
    return Format(suffix=".srt", write=_write)


def _write(result: Result) -> str:
    return "\n".join(_block(number, cue) for number, cue in enumerate(cues(result), start=1))


def _block(number: int, cue: Cue) -> str:
    times = f"{clock(cue.start_ms, ',')} --> {clock(cue.end_ms, ',')}"
    text = "\n".join(cue.lines).replace("-->", "->")  # the arrow would be read as a line of times
    return f"{number}\n{times}\n{text}\n"
