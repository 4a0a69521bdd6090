"""What a spoken command wants: one intent of a closed set, from the sound.

Manifest: `intent`. Loss: cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.closed_set import closed_set
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "intent"]


@TASKS.register
def intent(*, classes: Sequence[str], name: str = "intent", hidden: int = 128) -> Task:
    """One of `classes` for a clip; the values in the command are the task `slots`."""
    return closed_set(name, field="intent", classes=classes, hidden=hidden)


EXAMPLE = Example({"classes": ("play", "stop"), "hidden": 8}, ({"intent": "play"}, {"intent": "stop"}))
