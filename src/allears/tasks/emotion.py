"""Which emotion a voice has.

Manifest: `emotion`. Loss: cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.closed_set import closed_set
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "emotion"]


@TASKS.register
def emotion(*, classes: Sequence[str], name: str = "emotion", hidden: int = 128) -> Task:
    """One of `classes` for a clip: anger, neutral..."""
    return closed_set(name, field="emotion", classes=classes, hidden=hidden)


EXAMPLE = Example({"classes": ("anger", "neutral"), "hidden": 8}, ({"emotion": "anger"}, {"emotion": "neutral"}))
