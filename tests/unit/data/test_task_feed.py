"""A loader for each set of tasks, each at its own place, exact when taken up again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from allears.data.task_feed import TaskFeed


class Counting:
    """Stands for a loader: gives `tasks-0`, `tasks-1`, ..."""

    def __init__(self, tasks: Sequence[str]) -> None:
        self.tasks, self.at, self.epoch, self.is_closed = "+".join(tasks), 0, 0, False
        self.labels_seen: Counter[str] = Counter(dict.fromkeys(tasks, 0))

    def __next__(self) -> Any:
        self.at += 1
        self.labels_seen.update(self.labels_seen.keys())
        return f"{self.tasks}-{self.at - 1}"

    def state_dict(self) -> dict[str, Any]:
        return {"at": self.at, "labels_seen": dict(self.labels_seen)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.at, self.labels_seen = state["at"], Counter(state["labels_seen"])

    def close(self) -> None:
        self.is_closed = True


def _feed() -> TaskFeed:
    return TaskFeed(Counting, ["a", "b"])  # type: ignore[arg-type]


def test_each_set_of_tasks_has_its_own_place() -> None:
    feed = _feed()
    got = []
    for wanted in (["a"], ["b"], ["a"], ["b", "a"], ["a", "b"]):
        feed.prefer(wanted)
        got.append(next(feed))
    assert got == ["a-0", "b-0", "a-1", "a+b-0", "a+b-1"]
    assert feed.labels_seen == {"a": 4, "b": 3}


def test_a_saved_place_is_taken_up_exactly() -> None:
    feed, again = _feed(), _feed()
    for wanted in (["a"], ["b"], ["b"]):
        feed.prefer(wanted)
        next(feed)
    again.load_state_dict(feed.state_dict())
    assert again.labels_seen == feed.labels_seen
    assert next(again) == next(feed) == "b-2"
    again.prefer(["a"])
    assert next(again) == "a-1"


def test_a_place_of_an_ordinary_loader_is_refused() -> None:
    with pytest.raises(ValueError, match="put `regime` back"):
        _feed().load_state_dict({"epoch": 0, "batch": 3})
