"""Small helpers of the text formats: one line of text, clock times, and how wide a text is on a screen."""

from __future__ import annotations

import unicodedata

__all__ = ["clock", "display_width", "milliseconds", "one_line"]


def one_line(text: str) -> str:
    """The text on one line: every run of white space and control characters becomes one space."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def milliseconds(time_s: float) -> int:
    """Seconds -> whole milliseconds, never negative."""
    return max(0, round(time_s * 1000))


def clock(time_ms: int, mark: str) -> str:
    """Milliseconds -> `HH:MM:SS` + mark + `mmm`; hours take more than two digits if they need to."""
    seconds, rest = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{rest:03d}"


def display_width(text: str) -> int:
    """Columns the text takes on a screen: 2 for wide East Asian letters, 0 for marks that combine."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
