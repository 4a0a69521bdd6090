"""Dev clips as batches: every clip once, like lengths together, the same at every pass.

In: a data set and its sampler. Out: an iterable of `Batch`es that can be gone through again and again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.batch import Batch
from allears.data.augment import Augmented, Augmenter, AugmentPlan
from allears.data.dataset import ClipDataset, collate
from allears.data.read_ahead import read_ahead
from allears.data.sampler import Sampler

__all__ = ["DevSet", "FirstSeconds"]


class DevSet:
    """See the module.

    Args:
        dataset: over `sampler.clips`.
        sampler: its epoch 0 is every pass.
        max_batches: batches a pass, a random but fixed choice; None for all.
        num_workers: threads that read.
    """

    def __init__(
        self, dataset: ClipDataset, sampler: Sampler, *, max_batches: int | None = None, num_workers: int = 0
    ) -> None:
        self._dataset, self._num_workers = dataset, num_workers
        self._draws = sampler.epoch(0)[:max_batches]

    def __len__(self) -> int:
        return len(self._draws)

    def __iter__(self) -> Iterator[Batch]:
        for items in read_ahead(self._dataset.__getitem__, self._draws, self._num_workers):
            yield collate(items, self._dataset.labels)


class FirstSeconds(Augmenter):
    """Hears only the first seconds of each clip, then augments as `plan` says.

    Args:
        seconds: how many.
        plan: what to do to them; nothing by default.
    """

    def __init__(self, seconds: float, plan: AugmentPlan | None = None) -> None:
        super().__init__(plan or AugmentPlan())
        self._num_samples = round(seconds * SAMPLE_RATE)
        self._is_plain = plan is None

    def apply(self, audio: np.ndarray, rng: np.random.Generator) -> Augmented:
        audio = audio[: self._num_samples]
        return Augmented(audio, audio) if self._is_plain else super().apply(audio, rng)
