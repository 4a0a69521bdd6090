"""Where a recording comes from: a corpus, a channel, a sort of speech; often trained against.

Manifest: `domain`. Loss: cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.parts.closed_set import closed_set
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "domain"]


@TASKS.register
def domain(*, classes: Sequence[str], name: str = "domain", hidden: int = 128) -> Task:
    """One of `classes` for a clip."""
    return closed_set(name, field="domain", classes=classes, hidden=hidden)


EXAMPLE = Example({"classes": ("telephone", "studio"), "hidden": 8}, ({"domain": "telephone"}, {"domain": "studio"}))
