"""WebVTT subtitles with voices: `<v Ann>what she said`. Source: W3C, "WebVTT", the voice span."""

from __future__ import annotations

from allears.formats.lines import clock, one_line
from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.base import MinutesFormat, named_cues
from allears.meeting.minutes import Minutes

__all__ = ["vtt"]


@MINUTES_FORMATS.register
def vtt() -> MinutesFormat:
    """WebVTT subtitles, each in the voice of who speaks."""
    return MinutesFormat(suffix=".vtt", write=_write)


def _write(minutes: Minutes) -> str:
    blocks = ["WEBVTT\n"]
    for name, cue in named_cues(minutes):
        times = f"{clock(cue.start_ms, '.')} --> {clock(cue.end_ms, '.')}"
        text = _escaped("\n".join(cue.lines))
        blocks.append(f"{times}\n<v {_escaped(one_line(name))}>{text}</v>\n")
    return "\n".join(blocks)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
