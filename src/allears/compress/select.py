"""Leave tasks out of a model, or give one another's name: a model without a text decoder, whose letters are its text.

In: a model folder. Out: its spec with fewer tasks or other names; files that nobody needs do not come along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from allears.spec import ModelSpec, TaskSpec

__all__ = ["select"]


def select(spec: ModelSpec, without: Sequence[str] = (), renamed: Mapping[str, str] | None = None) -> ModelSpec:
    """The spec of the model that is left.

    Args:
        spec: of the whole.
        without: tasks that go.
        renamed: old name -> new name, after those went; a task with a new name is answered by default.

    Raises:
        ValueError: no such task, a name that is taken, or nothing that is left.
    """
    names = dict(renamed or {})
    for name in (*without, *names):
        spec.task(name)  # says which there are
    tasks = [_renamed(task, names) for task in spec.tasks if task.name not in without]
    left = [task.name for task in tasks]
    if not left or len(set(left)) < len(left):
        raise ValueError(f"the tasks left would be {left}: leave fewer out, or choose names that no other task has")
    return replace(spec, tasks=tuple(tasks))


def _renamed(task: TaskSpec, names: Mapping[str, str]) -> TaskSpec:
    return replace(task, name=names[task.name], is_default=True) if task.name in names else task
