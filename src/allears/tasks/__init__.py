"""The tasks there are: one file each, found by looking into this folder and at the entry points `allears.tasks`."""

from __future__ import annotations

from allears.plugins import Registry
from allears.tasks.base import Task

__all__ = ["TASKS", "Task"]

TASKS: Registry[Task] = Registry("task", __name__, entry_points="allears.tasks")
