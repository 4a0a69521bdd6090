"""Batches of the clips that somebody wants just now: a loader for each set of tasks, each at its own place.

In: a function that makes a loader for some tasks. Out: batches; a place in every loader that can be saved. For regimes
in which not all tasks train at once: a clip without a label of the task whose turn it is would be read for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from allears.batch import Batch
from allears.data.loader import Loader

__all__ = ["TaskFeed"]


class TaskFeed:
    """See the module.

    Args:
        make: names of tasks -> a loader over clips that carry a label of one of them.
        tasks: what is wanted at first.
    """

    def __init__(self, make: Callable[[Sequence[str]], Loader], tasks: Sequence[str]) -> None:
        self._make, self._wanted = make, tuple(sorted(tasks))
        self._loaders: dict[tuple[str, ...], Loader] = {}

    @property
    def epoch(self) -> int:
        """Of the clips that are wanted now."""
        return self._loader().epoch

    @property
    def labels_seen(self) -> Mapping[str, int]:
        """Task -> labels given so far, wanted or not."""
        seen: Counter[str] = Counter()
        for loader in self._loaders.values():
            seen.update(loader.labels_seen)
        return seen

    def prefer(self, tasks: Sequence[str]) -> None:
        """From now on, clips that carry a label of one of these tasks."""
        self._wanted = tuple(sorted(tasks))

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        return next(self._loader())

    def state_dict(self) -> dict[str, Any]:
        """The place in every loader, and what is wanted."""
        loaders = [{"tasks": list(tasks), "state": loader.state_dict()} for tasks, loader in self._loaders.items()]
        return {"wanted": list(self._wanted), "loaders": loaders}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved place.

        Raises:
            ValueError: the clips differ, or the saved run trained all tasks at once.
        """
        if "loaders" not in state:
            raise ValueError("cannot resume: the saved run trained under another regime; put `regime` back")
        self.close()
        self._loaders = {}
        for entry in state["loaders"]:
            self.prefer(entry["tasks"])
            self._loader().load_state_dict(entry["state"])
        self.prefer(state["wanted"])

    def close(self) -> None:
        """Stop reading ahead."""
        for loader in self._loaders.values():
            loader.close()

    def _loader(self) -> Loader:
        if self._wanted not in self._loaders:
            self._loaders[self._wanted] = self._make(self._wanted)
        return self._loaders[self._wanted]
