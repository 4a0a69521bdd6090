"""SubRip subtitles, each with the name of who speaks before it."""

from __future__ import annotations

from allears.formats.lines import clock, one_line
from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.base import MinutesFormat, named_cues
from allears.meeting.minutes import Minutes

__all__ = ["srt"]


@MINUTES_FORMATS.register
def srt() -> MinutesFormat:
    """SubRip subtitles with `[Name]:` before each."""
    return MinutesFormat(suffix=".srt", write=_write)


def _write(minutes: Minutes) -> str:
    blocks = []
    for number, (name, cue) in enumerate(named_cues(minutes), start=1):
        text = f"[{one_line(name)}]: " + "\n".join(cue.lines)
        text = text.replace("-->", "->")  # the arrow would be read as a line of times
        blocks.append(f"{number}\n{clock(cue.start_ms, ',')} --> {clock(cue.end_ms, ',')}\n{text}\n")
    return "\n".join(blocks)
