"""Speaker trials: pairs of clips, the same voice or two, and the error of a system on them.

In: clips with a speaker. Out: `Trials`, and the equal error rate with an interval over speakers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from allears.data.manifest import Clip
from common.stats import Spread, bootstrap, equal_error

__all__ = ["Trials", "draw", "error", "pool"]

NUM_RESAMPLES = 300  # each sorts all trials


@dataclass(frozen=True, eq=False)
class Trials:
    """N pairs of clips.

    Attributes:
        first, second: (N,) index of the clip.
        is_same: (N,) bool, one speaker in both.
        speakers: name of each clip's speaker.
    """

    first: np.ndarray
    second: np.ndarray
    is_same: np.ndarray
    speakers: tuple[str, ...]

    def scores(self, embeddings: np.ndarray) -> np.ndarray:
        """Cosine of each pair, (N,), from (clips, E) vectors of any length; 0 where one is all zeros (no voice)."""
        unit = embeddings / np.maximum(1e-9, np.linalg.norm(embeddings, axis=1, keepdims=True))
        return np.einsum("ne,ne->n", unit[self.first], unit[self.second])


def draw(clips: Sequence[Clip], per_kind: int, *, seed: int, same_gender: bool = False) -> Trials:
    """Up to `per_kind` pairs of one speaker and as many of two, drawn without replacement."""
    speakers = tuple(str(clip.labels["speaker"]) for clip in clips)
    genders = tuple(clip.labels.get("gender") for clip in clips)
    same, different = [], []
    for i, j in combinations(range(len(clips)), 2):
        if speakers[i] == speakers[j]:
            same.append((i, j))
        elif not same_gender or genders[i] == genders[j]:
            different.append((i, j))
    rng = random.Random(seed)
    kept_same = rng.sample(same, min(per_kind, len(same)))
    kept_different = rng.sample(different, min(per_kind, len(different)))
    pairs = np.array([*kept_same, *kept_different])
    is_same = np.arange(len(pairs)) < len(kept_same)
    return Trials(pairs[:, 0], pairs[:, 1], is_same, speakers)


def pool(sets: Sequence[Trials]) -> Trials:
    """The trials of several sets of clips as those of one, whose clips are the sets' one after another."""
    starts = np.cumsum([0, *(len(one.speakers) for one in sets[:-1])])
    return Trials(
        np.concatenate([one.first + start for one, start in zip(sets, starts, strict=True)]),
        np.concatenate([one.second + start for one, start in zip(sets, starts, strict=True)]),
        np.concatenate([one.is_same for one in sets]),
        tuple(f"{number} {speaker}" for number, one in enumerate(sets) for speaker in one.speakers),
    )


def error(trials: Trials, scores: np.ndarray, *, seed: int) -> Spread:
    """Equal error rate; its interval resamples speakers: a pair counts as often as both of its speakers were drawn."""
    names = sorted(set(trials.speakers))
    number = np.array([names.index(speaker) for speaker in trials.speakers])
    one, two = number[trials.first], number[trials.second]

    def rate(times: np.ndarray) -> float:
        weights = np.where(trials.is_same, times[one], times[one] * times[two])
        return equal_error(scores, trials.is_same, weights)

    return bootstrap(rate, len(names), seed=seed, resamples=NUM_RESAMPLES)
