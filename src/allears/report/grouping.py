"""Which tasks should be trained together, from how they stand to each other.

In: a matrix of affinities (or gradient cosines). Out: groups, each task in one of them.
Sources: Standley et al. 2020, "Which Tasks Should Be Learned Together in Multi-task Learning?" (search over groups);
Fifty et al. 2021, "Efficiently Identifying Task Groupings for Multi-Task Learning": a group's worth to a task j in it
is the mean of Z_{i->j} over the other members i, and the groups of the highest sum over tasks are taken. Ours differs:
each task is in one group (the papers let a task help in several models), there is no budget of models, and a task
alone is worth 0, so that tasks part when together they harm each other. No torch here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from allears.report.matrices import Matrix

__all__ = ["MAX_EXACT", "Grouping", "best_grouping", "partitions", "worth"]

MAX_EXACT = 8  # tasks up to which every partition is tried: there are 4140 of 8, 21147 of 9

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Grouping:
    """Groups of tasks.

    Attributes:
        groups: each task in one.
        worth: sum over tasks of what their group is worth to them.
        worth_together: the same, all tasks in one group.
        is_exact: every partition was tried; if not, groups were merged greedily.
    """

    groups: Groups
    worth: float
    worth_together: float
    is_exact: bool


def best_grouping(matrix: Matrix) -> Grouping:
    """The groups of the highest worth; of equals, the one with fewer groups. A pair never seen together counts 0."""
    values = np.nan_to_num(matrix.values, nan=0.0)
    members = range(len(matrix.tasks))
    is_exact = len(matrix.tasks) <= MAX_EXACT
    if is_exact:
        found = max(partitions(list(members)), key=lambda groups: (round(worth(groups, values), 12), -len(groups)))
    else:
        found = _merge(values)
    named = tuple(tuple(matrix.tasks[i] for i in sorted(group)) for group in sorted(found, key=min))
    return Grouping(named, worth(found, values), worth([list(members)], values), is_exact)


def worth(groups: Sequence[Sequence[int]], values: np.ndarray) -> float:
    """Sum over tasks j of the mean of values[i, j] over the others i of its group; 0 for a task alone."""
    total = 0.0
    for group in groups:
        for j in group:
            others = [values[i, j] for i in group if i != j]
            total += float(np.mean(others)) if others else 0.0
    return total


def partitions(items: Sequence[int]) -> Iterator[list[list[int]]]:
    """Every way to put items into groups, each once."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for smaller in partitions(rest):
        yield [[first], *smaller]
        for i, group in enumerate(smaller):
            yield [*smaller[:i], [first, *group], *smaller[i + 1 :]]


def _merge(values: np.ndarray) -> list[list[int]]:
    """From tasks alone: join the two groups that gain most, until no join gains."""
    groups: list[list[int]] = [[i] for i in range(len(values))]
    while len(groups) > 1:
        now = worth(groups, values)
        joins = []
        for i in range(len(groups)):
            for j in range(i + 1, len(groups)):
                joined = [*(g for k, g in enumerate(groups) if k not in (i, j)), groups[i] + groups[j]]
                joins.append((worth(joined, values), joined))
        best, joined = max(joins, key=lambda join: join[0])
        if best <= now:
            break
        groups = joined
    return groups
