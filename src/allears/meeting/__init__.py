"""The meeting assistant: who said what and when, without torch. `docs/meeting.md`."""

from __future__ import annotations

from allears.meeting.diarize import Options
from allears.meeting.meeting import Meeting
from allears.meeting.minutes import Minutes, Speaker, Spoken, Turn

__all__ = ["Meeting", "Minutes", "Options", "Speaker", "Spoken", "Turn"]
