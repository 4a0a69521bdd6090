"""Sampling: reproducible, within the budget, every clip in turn, sources in the wanted proportion."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from allears.data.manifest import Clip
from allears.data.sampler import BatchPlan, Sampler, Source, source_counts


def _source(name: str, count: int, seed: int = 0, weight: float = 1.0) -> Source:
    lengths = np.random.default_rng(seed).uniform(0.5, 12.0, count)
    clips = [Clip(f"{name}{i}", Path(f"{name}{i}.wav"), duration_s=float(s)) for i, s in enumerate(lengths)]
    return Source(name, clips, weight)


def test_an_epoch_is_the_same_each_time_and_epochs_differ() -> None:
    make = lambda: Sampler([_source("a", 300), _source("b", 20)], BatchPlan(temperature=2.0, seed=5))  # noqa: E731
    assert make().epoch(3) == make().epoch(3)
    assert make().epoch(3) != make().epoch(4)


def test_at_temperature_1_every_clip_comes_once() -> None:
    sampler = Sampler([_source("a", 1500), _source("b", 100)], BatchPlan())
    seen = Counter(draw.clip_index for batch in sampler.epoch(0) for draw in batch)
    assert seen == Counter(range(1600))


def test_positions_never_repeat_within_an_epoch() -> None:
    sampler = Sampler([_source("a", 50), _source("b", 5)], BatchPlan(temperature=5.0))
    positions = [draw.position for batch in sampler.epoch(0) for draw in batch]
    assert sorted(positions) == list(range(len(positions)))


def test_batches_keep_to_the_budget_with_little_padding() -> None:
    plan = BatchPlan(max_batch_s=40.0, max_clips=16)
    sampler = Sampler([_source("a", 1000)], plan)
    batches = sampler.epoch(0)
    padded = real = 0.0
    for batch in batches:
        lengths = [sampler.clips[draw.clip_index].duration_s or 0 for draw in batch]
        assert len(batch) <= 16
        assert max(lengths) * len(lengths) <= 40.0
        padded += max(lengths) * len(lengths)
        real += sum(lengths)
    assert real / padded > 0.9


def test_a_clip_over_the_budget_is_a_batch_of_its_own() -> None:
    clips = [Clip(str(i), Path("x"), duration_s=s) for i, s in enumerate([1.0, 1.0, 50.0])]
    batches = Sampler([Source("a", clips)], BatchPlan(max_batch_s=10.0)).epoch(0)
    assert sorted(len(batch) for batch in batches) == [1, 2]


def test_temperature_gives_the_stated_proportions() -> None:
    for temperature in (1.0, 2.0, 5.0):
        counts = source_counts([9000, 900, 100], [1.0, 1.0, 1.0], temperature)
        shares = np.array([9000, 900, 100]) ** (1 / temperature)
        assert sum(counts) == 10_000
        np.testing.assert_allclose(np.array(counts) / 10_000, shares / shares.sum(), atol=1e-4)


def test_weight_multiplies_a_share() -> None:
    assert source_counts([100, 100], [3.0, 1.0], 1.0) == [150, 50]


def test_a_small_source_is_repeated_evenly() -> None:
    sampler = Sampler([_source("big", 1000), _source("small", 10)], BatchPlan(temperature=100.0))
    seen = Counter(draw.clip_index for batch in sampler.epoch(0) for draw in batch if draw.clip_index >= 1000)
    assert max(seen.values()) - min(seen.values()) <= 1
    assert sum(seen.values()) == sampler.shares["small"]


def test_the_fingerprint_knows_clips_and_plan() -> None:
    base = Sampler([_source("a", 30)], BatchPlan()).fingerprint()
    assert Sampler([_source("a", 30)], BatchPlan()).fingerprint() == base
    assert Sampler([_source("a", 31)], BatchPlan()).fingerprint() != base
    assert Sampler([_source("a", 30, seed=1)], BatchPlan()).fingerprint() != base
    assert Sampler([_source("a", 30)], BatchPlan(max_clips=7)).fingerprint() != base


def test_what_cannot_be_sampled_is_refused() -> None:
    with pytest.raises(ValueError, match="has no clips"):
        Source("empty", [])
    with pytest.raises(ValueError, match="above 0"):
        BatchPlan(max_batch_s=0.0)
    with pytest.raises(ValueError, match="at least one manifest"):
        Sampler([], BatchPlan())


def test_two_sources_of_one_name_are_refused() -> None:
    clips = [Clip(id=str(i), audio=Path("a.wav"), duration_s=1.0) for i in range(3)]
    with pytest.raises(ValueError, match="two sources are called"):
        Sampler([Source("a", clips), Source("a", clips)], BatchPlan())
