"""Audacity's labels: `start <tab> end <tab> label`, seconds, a line a label, no header.

Source: the Audacity manual, "Importing and Exporting Labels".
"""

from __future__ import annotations

from collections.abc import Iterable

from allears.formats.lines import one_line

__all__ = ["audacity_labels"]


def audacity_labels(labels: Iterable[tuple[float, float, str]]) -> str:
    """The text of a label track: start and end, seconds, and what is there."""
    return "".join(f"{start:.6f}\t{end:.6f}\t{one_line(text)}\n" for start, end, text in labels)
