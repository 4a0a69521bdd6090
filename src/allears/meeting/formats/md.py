"""Minutes in Markdown: who was there and for how long, then what was said, a paragraph a turn."""

from __future__ import annotations

import re

from allears.formats.lines import clock, milliseconds, one_line
from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.base import MinutesFormat, recording
from allears.meeting.minutes import Minutes, Speaker, Turn

__all__ = ["md"]

_MARKS = re.compile(r"([\\`*_\[\]<>#|])")  # what Markdown would read as its own


@MINUTES_FORMATS.register
def md() -> MinutesFormat:
    """Minutes to read, in Markdown."""
    return MinutesFormat(suffix=".md", write=_write)


def _write(minutes: Minutes) -> str:
    names = minutes.names
    head = [f"# {_plain(recording(minutes))}", "", f"{_time(minutes.duration_s)}, {_count(len(minutes.speakers))}", ""]
    who = [_who(speaker) for speaker in minutes.speakers]
    if not who:
        return "\n".join([*head, "Nobody speaks.", ""])
    said = [_turn(turn, names.get(turn.speaker, turn.speaker)) for turn in minutes.turns]
    return "\n".join([*head, *who, "", "\n\n".join(said), ""])


def _who(speaker: Speaker) -> str:
    maybe = f" (perhaps {_plain(speaker.maybe)})" if speaker.maybe else ""
    return f"- **{_plain(speaker.name)}**{maybe}: {_time(speaker.speech_s)}"


def _turn(turn: Turn, name: str) -> str:
    notes = [note for note in (turn.mood, "with others" if turn.is_overlapped else "") if note]
    aside = f" *({', '.join(notes)})*" if notes else ""
    text = f": {_plain(turn.text)}" if turn.text else ""
    return f"[{_time(turn.start_s)}] **{_plain(name)}**{aside}{text}"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", one_line(text))


def _time(seconds: float) -> str:
    return clock(milliseconds(seconds), ".").partition(".")[0]


def _count(number: int) -> str:
    return f"{number} speaker{'' if number == 1 else 's'}"
