"""Which tasks each clip has a label for, without reading its audio; and sources cut along that line.

In: clips and tasks. Out: a set of task names a clip. A label that hangs on what is in the audio (speech by loudness) is
taken for there if it is there on silence of the clip's length; what a label really says is only known when it is read.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip
from allears.data.sampler import Source
from allears.tasks.base import LabelContext, Task

__all__ = ["Carried", "keep_labelled"]

log = logging.getLogger(__name__)

_UNKNOWN_S = 1.0  # taken for the length of a clip whose manifest does not say


class Carried:
    """The tasks of each clip, looked up when first asked for.

    Args:
        tasks: task name -> task, whose labels are looked for.
        frame_shift_s: the encoder's.
    """

    def __init__(self, tasks: Mapping[str, Task], frame_shift_s: float) -> None:
        self._tasks, self._frame_shift_s = dict(tasks), frame_shift_s
        self._known: dict[int, tuple[Clip, frozenset[str]]] = {}  # the clip, too, so that its id stays its own

    def __call__(self, clip: Clip) -> frozenset[str]:
        """Names of the tasks that the clip has a label of."""
        if id(clip) not in self._known:
            context = _silence(clip.duration_s or _UNKNOWN_S, self._frame_shift_s)
            names = (n for n, task in self._tasks.items() if task.label.encode(clip.labels, context) is not None)
            self._known[id(clip)] = clip, frozenset(names)
        return self._known[id(clip)][1]

    def count(self, sources: Sequence[Source]) -> dict[str, int]:
        """Task -> clips of the sources that carry its label, repeats included."""
        return {task: sum(task in self(clip) for source in sources for clip in source.clips) for task in self._tasks}


def keep_labelled(sources: Sequence[Source], carried: Carried, wanted: Sequence[str]) -> list[Source]:
    """The sources with only the clips that carry a label of a wanted task; a source without any is left out.

    Raises:
        ValueError: no clip is left.
    """
    kept = []
    for source in sources:
        clips = [clip for clip in source.clips if not carried(clip).isdisjoint(wanted)]
        if clips:
            kept.append(replace(source, clips=clips))
    if not kept:
        raise ValueError(
            f"no training clip has a label of {', '.join(wanted)}: add a source that has, or take the task out"
        )
    log.info("%s: %d labelled clips", ", ".join(wanted), sum(len(source.clips) for source in kept))
    return kept


def _silence(length_s: float, frame_shift_s: float) -> LabelContext:
    num_samples = max(1, round(length_s * SAMPLE_RATE))
    audio = np.zeros(num_samples, np.float32)
    heard: dict[str, Any] = {"clean": audio, "audio": audio, "hidden": np.ones(num_samples, bool)}
    there = {field.name for field in fields(LabelContext)}
    return LabelContext(
        num_samples=num_samples,
        num_frames=max(1, round(length_s / frame_shift_s)),
        frame_shift_s=frame_shift_s,
        **{name: value for name, value in heard.items() if name in there},
    )
