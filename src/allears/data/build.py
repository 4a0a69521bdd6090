"""The training loader from plain values: clips, tasks, two facts of the encoder, and how to batch.

In: sources and tasks. Out: an endless `Loader`. Nothing here that `Sampler`, `ClipDataset` and `Loader` do not say.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from torch import Tensor

from allears.data.augment import Augmenter
from allears.data.dataset import ClipDataset
from allears.data.inputs import Input
from allears.data.loader import Loader
from allears.data.sampler import BatchPlan, Sampler, Source, clip_length_s
from allears.ranks import num_ranks, rank
from allears.tasks.base import Task

__all__ = ["build_loader", "leave_out_longer"]

log = logging.getLogger(__name__)


def build_loader(
    sources: Sequence[Source],
    tasks: Mapping[str, Task],
    *,
    num_frames: Callable[[Tensor], Tensor],
    frame_shift_s: float,
    augmenter: Augmenter | None = None,
    reader: Input | None = None,
    plan: BatchPlan | None = None,
    max_clip_s: float | None = None,
    num_workers: int = 2,
    max_unreadable: float = 0.0,
    part: tuple[int, int] | None = None,
) -> Loader:
    """The loader of a training run; of a run of several processes, this one's part of every batch.

    Args:
        sources: see `Source`.
        tasks: task name -> task.
        num_frames: the encoder's `num_frames`.
        frame_shift_s: the encoder's.
        augmenter: None for none.
        reader: see `ClipDataset`.
        plan: how clips become batches; its seed is also that of augmentation.
        max_clip_s: longer clips are left out and counted in the log (an encoder that stops at 30 s would cut them).
        num_workers: threads that read.
        max_unreadable: see `Loader`.
        part: see `Loader`; this process's if None.
    """
    plan = plan or BatchPlan()
    kept = sources if max_clip_s is None else [leave_out_longer(source, max_clip_s) for source in sources]
    sampler = Sampler(kept, plan)
    dataset = ClipDataset(
        sampler.clips,
        tasks,
        num_frames=num_frames,
        frame_shift_s=frame_shift_s,
        augmenter=augmenter,
        reader=reader,
        seed=plan.seed,
    )
    part = part or (rank(), num_ranks())
    return Loader(dataset, sampler, num_workers=num_workers, max_unreadable=max_unreadable, part=part)


def leave_out_longer(source: Source, max_clip_s: float) -> Source:
    """The source without clips over `max_clip_s` seconds; how many that is goes to the log.

    Raises:
        ValueError: none is left.
    """
    kept = [clip for clip in source.clips if clip_length_s(clip) <= max_clip_s]
    if len(kept) < len(source.clips):
        left_out = len(source.clips) - len(kept)
        log.warning("%s: left out %d of %d clips, over %g s", source.name, left_out, len(source.clips), max_clip_s)
    return replace(source, clips=kept)
