"""WebVTT subtitles, what a browser's `<track>` reads."""

from __future__ import annotations

from allears.formats import FORMATS
from allears.formats.base import Format
from allears.formats.cues import Cue, cues
from allears.formats.lines import clock
from allears.runtime.result import Result

__all__ = ["vtt"]


@FORMATS.register
def vtt() -> Format:
    """WebVTT subtitles, two lines of 42 columns at most."""
    return Format(suffix=".vtt", write=_write)


def _write(result: Result) -> str:
    return "\n".join(["WEBVTT\n", *map(_block, cues(result))])


def _block(cue: Cue) -> str:
    times = f"{clock(cue.start_ms, '.')} --> {clock(cue.end_ms, '.')}"
    text = "\n".join(cue.lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{times}\n{text}\n"
