"""Labels for Audacity: a label a turn, `Ann: what she said`."""

from __future__ import annotations

from allears.formats.audacity import audacity_labels
from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.base import MinutesFormat
from allears.meeting.minutes import Minutes

__all__ = ["audacity"]


@MINUTES_FORMATS.register
def audacity() -> MinutesFormat:
    """A label track of Audacity (File, Import, Labels)."""
    return MinutesFormat(suffix=".labels.txt", write=_write)


def _write(minutes: Minutes) -> str:
    names = minutes.names
    labels = ((names.get(turn.speaker, turn.speaker), turn) for turn in minutes.turns)
    return audacity_labels(
        (turn.start_s, turn.end_s, f"{name}: {turn.text}" if turn.text else name) for name, turn in labels
    )
