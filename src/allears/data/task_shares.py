"""Give each task's labelled clips a share of the epoch.

In: sources, which tasks each clip carries, and the wanted share of each task. Out: sources cut into groups of clips
that carry the same tasks, weighted so that the shares come out. A clip may carry several tasks, so shares need not add
up to 1. Method: iterative proportional fitting (Deming & Stephan 1940): groups with a task are scaled to its share,
groups without to the rest, task after task, until nothing moves; among all mixes with these shares that is the one
nearest to the mix as it was. Shares that contradict each other cannot all be met: what comes out is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allears.data.manifest import Clip
from allears.data.sampler import Source, source_counts

__all__ = ["shares_by_temperature", "with_task_shares"]

log = logging.getLogger(__name__)

_ROUNDS = 1_000
_OFF = 0.01  # a share missed by more is told


@dataclass(frozen=True)
class _Group:
    """Clips of one source that carry the same tasks."""

    source: Source
    tasks: frozenset[str]
    clips: Sequence[Clip]


def with_task_shares(
    sources: Sequence[Source],
    carried: Callable[[Clip], frozenset[str]],
    shares: Mapping[str, float],
    *,
    temperature: float = 1.0,
) -> list[Source]:
    """Sources whose draws, at that temperature, hold the wanted share of clips with each task's label.

    Args:
        sources: see `Source`.
        carried: the tasks a clip has a label of.
        shares: task -> share of the epoch's clips that carry its label, in (0, 1); other tasks are not steered.
        temperature: the one the sampler will mix by; how sources stand to each other before is mixed by it, too.

    Raises:
        ValueError: a share out of range, or of a task that no clip carries.
    """
    groups = _groups(sources, carried)
    for task, share in shares.items():
        if not 0 < share < 1:
            raise ValueError(f"data.task_shares.{task} is {share}: give a share of the epoch between 0 and 1")
        if not any(task in group.tasks for group in groups):
            raise ValueError(f"data.task_shares.{task}: no training clip has a label of {task!r}: take it out")
    start = _as_mixed(sources, groups, temperature)
    mix = _fit(start, groups, shares)
    _tell_missed(mix, groups, shares)
    return [
        # the sampler multiplies the weight by n^(1/T): take that out
        Source(_name(group), group.clips, float(part / len(group.clips) ** (1 / temperature)))
        for part, group in zip(mix, groups, strict=True)
        if part > 0
    ]


def shares_by_temperature(counts: Mapping[str, int], num_clips: int, temperature: float) -> dict[str, float]:
    """Shares of tasks by temperature: p_k ~ n_k^(1/T), adding up to what they do at T = 1 (n_k / N each, overlapping).

    Args:
        counts: task -> labelled clips n_k.
        num_clips: N.
        temperature: T, 1 or more: larger lifts tasks with few labels.
    """
    there = {task: count for task, count in counts.items() if count}
    raised = {task: count ** (1 / temperature) for task, count in there.items()}
    total = sum(there.values()) / num_clips
    return {task: value / sum(raised.values()) * total for task, value in raised.items()}


def _groups(sources: Sequence[Source], carried: Callable[[Clip], frozenset[str]]) -> list[_Group]:
    groups = []
    for source in sources:
        by_tasks: dict[frozenset[str], list[Clip]] = {}
        for clip in source.clips:
            by_tasks.setdefault(carried(clip), []).append(clip)
        groups += [_Group(source, tasks, clips) for tasks, clips in by_tasks.items()]
    return groups


def _as_mixed(sources: Sequence[Source], groups: Sequence[_Group], temperature: float) -> np.ndarray:
    """Share of each group's draws before anything is steered, (G,)."""
    counts = source_counts([len(s.clips) for s in sources], [s.weight for s in sources], temperature)
    of_source = {source.name: count for source, count in zip(sources, counts, strict=True)}
    parts = np.array([of_source[g.source.name] * len(g.clips) / len(g.source.clips) for g in groups])
    return parts / parts.sum()


def _fit(start: np.ndarray, groups: Sequence[_Group], shares: Mapping[str, float]) -> np.ndarray:
    has = {task: np.array([task in group.tasks for group in groups]) for task in shares}
    mix = start
    for _ in range(_ROUNDS):
        before = mix
        for task, share in shares.items():
            now = mix[has[task]].sum()
            if 0 < now < 1:
                mix = np.where(has[task], mix * share / now, mix * (1 - share) / (1 - now))
        if np.abs(mix - before).max() < 1e-9:
            break
    return mix / mix.sum()


def _tell_missed(mix: np.ndarray, groups: Sequence[_Group], shares: Mapping[str, float]) -> None:
    for task, share in shares.items():
        got = float(mix[[task in group.tasks for group in groups]].sum())
        level = logging.WARNING if abs(got - share) > _OFF else logging.INFO
        log.log(level, "task %s: %.1f %% of the epoch's clips (%.1f %% were asked for)", task, 100 * got, 100 * share)


def _name(group: _Group) -> str:
    return f"{group.source.name} [{'+'.join(sorted(group.tasks)) or 'unlabelled'}]"
