"""Which accent is spoken, as the corpus names accents.

Manifest: `accent`. Loss: cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.closed_set import closed_set
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "accent"]


@TASKS.register
def accent(*, classes: Sequence[str], name: str = "accent", hidden: int = 128) -> Task:
    """One of `classes` for a clip: a region, or a first language."""
    return closed_set(name, field="accent", classes=classes, hidden=hidden)


EXAMPLE = Example({"classes": ("scottish", "indian"), "hidden": 8}, ({"accent": "scottish"}, {"accent": "indian"}))
