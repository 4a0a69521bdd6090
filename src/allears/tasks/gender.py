"""What gender a voice is heard as.

Manifest: `gender`. Loss: cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.closed_set import closed_set
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "gender"]


@TASKS.register
def gender(*, classes: Sequence[str] = ("female", "male"), name: str = "gender", hidden: int = 128) -> Task:
    """One of `classes` for a clip."""
    return closed_set(name, field="gender", classes=classes, hidden=hidden)


EXAMPLE = Example({"classes": ("female", "male"), "hidden": 8}, ({"gender": "female"}, {"gender": "male"}))
