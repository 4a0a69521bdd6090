"""RTTM, who spoke when, by the speakers' names."""

from __future__ import annotations

from allears.formats.rttm import rttm as rttm_text
from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.base import MinutesFormat, recording
from allears.meeting.minutes import Minutes

__all__ = ["rttm"]


@MINUTES_FORMATS.register
def rttm() -> MinutesFormat:
    """Who spoke when, as diarization tools exchange it."""
    return MinutesFormat(suffix=".rttm", write=_write)


def _write(minutes: Minutes) -> str:
    names = minutes.names
    return rttm_text(recording(minutes), ((one.start_s, one.end_s, names[one.speaker]) for one in minutes.spoken))
