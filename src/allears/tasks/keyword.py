"""Which keyword was said, of a closed set.

Manifest: `keyword`. Loss: cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.closed_set import closed_set
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "keyword"]


@TASKS.register
def keyword(*, classes: Sequence[str], name: str = "keyword", hidden: int = 128) -> Task:
    """One of `classes` for a clip. A clip of something else is no `keyword`: give such clips a value of their own."""
    return closed_set(name, field="keyword", classes=classes, hidden=hidden)


EXAMPLE = Example({"classes": ("yes", "no"), "hidden": 8}, ({"keyword": "yes"}, {"keyword": "no"}))
