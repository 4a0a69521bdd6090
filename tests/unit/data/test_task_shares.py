"""Shares of tasks in an epoch: met where they can be, told where they cannot."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import pytest

from allears.data.manifest import Clip
from allears.data.sampler import BatchPlan, Sampler, Source
from allears.data.task_shares import shares_by_temperature, with_task_shares


def _source(name: str, **counts: int) -> Source:
    """`ab=3`: three clips that carry tasks a and b; `_` carries none."""
    clips = [
        Clip(f"{name}-{tasks}-{i}", Path("x.wav"), duration_s=1.0, labels={"tasks": tasks})
        for tasks, count in counts.items()
        for i in range(count)
    ]
    return Source(name, clips)


def _carried(clip: Clip) -> frozenset[str]:
    return frozenset(clip.labels["tasks"]) - {"_"}


def _drawn(sources: list[Source], temperature: float = 1.0) -> tuple[Counter[str], int]:
    sampler = Sampler(sources, BatchPlan(temperature=temperature))
    draws = [sampler.clips[draw.clip_index] for batch in sampler.epoch(0) for draw in batch]
    return Counter(task for clip in draws for task in _carried(clip)), len(draws)


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_a_task_gets_its_share_and_the_rest_keeps_its_proportions(temperature: float) -> None:
    sources = [_source("big", a=600, b=200), _source("small", c=40, ab=160)]
    steered = with_task_shares(sources, _carried, {"c": 0.3}, temperature=temperature)
    drawn, total = _drawn(steered, temperature)
    assert total == 1000
    assert drawn["c"] / total == pytest.approx(0.3, abs=0.005)
    plain, _ = _drawn(sources, temperature)
    assert drawn["a"] / drawn["b"] == pytest.approx(plain["a"] / plain["b"], rel=0.02)


def test_several_shares_of_overlapping_tasks() -> None:
    sources = [_source("s", a=500, b=300, ab=100, _=100)]
    drawn, total = _drawn(with_task_shares(sources, _carried, {"a": 0.4, "b": 0.7}))
    assert drawn["a"] / total == pytest.approx(0.4, abs=0.005)
    assert drawn["b"] / total == pytest.approx(0.7, abs=0.005)


def test_shares_that_contradict_each_other_are_told(caplog: pytest.LogCaptureFixture) -> None:
    sources = [_source("s", ab=500, _=500)]  # a and b always come together
    with caplog.at_level(logging.WARNING):
        with_task_shares(sources, _carried, {"a": 0.2, "b": 0.6})
    assert "were asked for" in caplog.text


@pytest.mark.parametrize(("shares", "message"), [({"a": 1.0}, "between 0 and 1"), ({"z": 0.2}, "no training clip has")])
def test_what_cannot_be_a_share_is_refused(shares: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_task_shares([_source("s", a=5, b=5)], _carried, shares)


def test_temperature_1_changes_nothing_and_a_large_one_evens_out() -> None:
    counts = {"a": 800, "b": 100, "none": 0}
    assert shares_by_temperature(counts, 1000, 1.0) == pytest.approx({"a": 0.8, "b": 0.1})
    even = shares_by_temperature(counts, 1000, 1e6)
    assert even == pytest.approx({"a": 0.45, "b": 0.45}, rel=1e-3)
