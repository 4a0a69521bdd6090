"""What `allears meet` can write: one file a format, found by looking into this folder."""

from __future__ import annotations

from allears.meeting.formats.base import MinutesFormat
from allears.plugins import Registry

__all__ = ["MINUTES_FORMATS", "MinutesFormat"]

MINUTES_FORMATS: Registry[MinutesFormat] = Registry(
    "format of minutes", __name__, entry_points="allears.minutes_formats"
)
"""Format name -> builder."""
