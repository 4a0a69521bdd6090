"""Which clips come together in which step: like lengths side by side, sources mixed by temperature.

In: clips of one or more sources. Out: for every epoch a list of batches of `Draw`s, the same for the same seed and
epoch on any machine. Nothing here has a state: a place in training is (epoch, batch number), see `allears.data.loader`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import soundfile

from allears.data.manifest import Clip

__all__ = ["BatchPlan", "Draw", "Sampler", "Source", "clip_length_s", "source_counts"]

POOL_CLIPS = 1024  # clips sorted by length together: large for little padding, small for random company


class Draw(NamedTuple):
    """One clip at one place in training.

    Attributes:
        clip_index: of the clip among all clips of all sources.
        epoch: and
        position: within the epoch: together the seed of what augmentation does to it.
    """

    clip_index: int
    epoch: int
    position: int


@dataclass(frozen=True)
class Source:
    """Clips that are mixed as one.

    Attributes:
        name: for messages.
        clips: at least one.
        weight: multiplies its share.
    """

    name: str
    clips: Sequence[Clip]
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.clips:
            raise ValueError(f"the source {self.name!r} has no clips: take it out, or check its split and filter")
        if self.weight <= 0:
            raise ValueError(f"the source {self.name!r} has weight {self.weight}: give one above 0, or take it out")


@dataclass(frozen=True)
class BatchPlan:
    """How clips become batches.

    Attributes:
        max_batch_s: longest clip of a batch times its clips, seconds: memory and time of a step. Speed changes and
            silence from augmentation come on top. A clip longer than this makes a batch of one.
        max_clips: clips a batch.
        temperature: T in p_i ~ weight_i n_i^(1/T): 1 draws every clip once an epoch, larger favours small sources
            (Arivazhagan et al. 2019).
        seed: of the order.
    """

    max_batch_s: float = 60.0
    max_clips: int = 32
    temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.max_batch_s <= 0 or self.max_clips < 1 or self.temperature <= 0:
            raise ValueError(
                f"max_batch_s {self.max_batch_s}, max_clips {self.max_clips} and temperature {self.temperature} "
                "must all be above 0"
            )


def clip_length_s(clip: Clip) -> float:
    """Length of a clip in seconds, from the manifest or else from the head of the file."""
    if clip.duration_s is not None:
        return clip.duration_s
    info = soundfile.info(str(clip.audio))
    return max(0.0, info.frames / info.samplerate - clip.start_s)


def source_counts(sizes: Sequence[int], weights: Sequence[float], temperature: float) -> list[int]:
    """Draws an epoch from each source: as many in all as there are clips, shares p_i ~ weight_i n_i^(1/T)."""
    shares = np.asarray(weights) * np.asarray(sizes, dtype=np.float64) ** (1 / temperature)
    exact = shares / shares.sum() * sum(sizes)
    counts = np.floor(exact).astype(int)
    left_over = sum(sizes) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:left_over]] += 1  # largest remainders
    return [int(count) for count in counts]


class Sampler:
    """Batches of an epoch, from the seed alone.

    Attributes:
        clips: all clips of all sources, which `Draw.clip_index` counts.
        plan: see `BatchPlan`.
    """

    def __init__(self, sources: Sequence[Source], plan: BatchPlan) -> None:
        if not sources:
            raise ValueError("no source to draw clips from: give at least one manifest")
        names = [source.name for source in sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are called {twice}: tell them apart by `split` or `where`, or merge them")
        self.plan, self._sources = plan, tuple(sources)
        self.clips: list[Clip] = [clip for source in sources for clip in source.clips]
        self._lengths_s = np.array([clip_length_s(clip) for clip in self.clips])

    @property
    def shares(self) -> dict[str, int]:
        """Source name -> draws an epoch."""
        sizes = [len(source.clips) for source in self._sources]
        counts = source_counts(sizes, [source.weight for source in self._sources], self.plan.temperature)
        return {source.name: count for source, count in zip(self._sources, counts, strict=True)}

    def fingerprint(self) -> str:
        """Changes when the clips, their lengths or the plan do: the batches of another fingerprint are others."""
        digest = hashlib.sha256(repr((self.plan, sorted(self.shares.items()))).encode())
        for clip, length_s in zip(self.clips, self._lengths_s, strict=True):
            digest.update(f"{clip.id}\t{clip.audio.name}\t{length_s}\n".encode())
        return digest.hexdigest()[:16]

    def epoch(self, number: int) -> list[list[Draw]]:
        """The batches of an epoch, in order."""
        rng = np.random.default_rng((self.plan.seed, number))
        chosen = self._choose(rng)
        batches: list[np.ndarray] = []
        for start in range(0, len(chosen), POOL_CLIPS):
            batches += self._cut(chosen[start : start + POOL_CLIPS])
        order = rng.permutation(len(batches))
        draws, position = [], 0
        for batch in (batches[i] for i in order):
            draws.append([Draw(int(index), number, position + i) for i, index in enumerate(batch)])
            position += len(batch)
        return draws

    def _choose(self, rng: np.random.Generator) -> np.ndarray:
        """Indices of the epoch's clips, shuffled; a clip comes twice only when all of its source came once."""
        chosen, first = [], 0
        for source, count in zip(self._sources, self.shares.values(), strict=True):
            size = len(source.clips)
            rounds = [rng.permutation(size) for _ in range(-(-count // size))]
            if rounds:
                chosen.append(first + np.concatenate(rounds)[:count])
            first += size
        return rng.permutation(np.concatenate(chosen))

    def _cut(self, pool: np.ndarray) -> list[np.ndarray]:
        """Cut a pool, sorted by length, where the next clip would make a batch too large."""
        lengths_s = self._lengths_s[pool]
        pool, lengths_s = pool[np.argsort(lengths_s, kind="stable")], np.sort(lengths_s)
        cuts, start = [], 0
        for at in range(1, len(pool)):
            num_clips = at - start + 1
            if num_clips > self.plan.max_clips or num_clips * lengths_s[at] > self.plan.max_batch_s:
                cuts.append(at)
                start = at
        return np.split(pool, cuts)
