"""A model folder measured on clips: every task that their labels, or the answers of another model, can judge.

In: the folder of an exported model and clips. Out: `Heard`: scores, answers, and the time it took. No torch.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, AudioError, load_clip
from allears.data.manifest import Clip, read_manifest
from allears.runtime.adapters import AdapterSource
from allears.runtime.session import Session
from allears.scoring.agreement import agreement
from allears.scoring.meters import Meter, meter_of
from allears.spec import ModelSpec

__all__ = ["Answers", "ClipSound", "Heard", "Scores", "hear_all", "read_clips"]

log = logging.getLogger(__name__)

Scores = dict[str, dict[str, float]]
Answers = list[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class ClipSound:
    """A clip and its samples, (S,) float32 at 16 kHz."""

    clip: Clip
    audio: np.ndarray


@dataclass(frozen=True, eq=False)
class Heard:
    """What a model made of the clips.

    Attributes:
        scores: task -> metric -> value; `agreement` with the reference last, where there is one.
        answers: one mapping a clip, task -> answer.
        real_time_factor: median over clips of seconds of work / seconds of sound, loading left out.
    """

    scores: Scores
    answers: Answers
    real_time_factor: float


def read_clips(manifest: str | Path, *, split: str | None = None, limit: int | None = None) -> list[ClipSound]:
    """Clips with their samples, at most `limit`, evenly spread; those that cannot be read are counted and logged.

    Raises:
        ValueError: no clip is left.
    """
    clips = [clip for clip in read_manifest(manifest) if split in (None, clip.split)]
    if limit is not None and len(clips) > limit:
        clips = [clips[i * len(clips) // limit] for i in range(limit)]
    found: list[ClipSound] = []
    for clip in clips:
        try:
            found.append(ClipSound(clip, load_clip(clip)))
        except (AudioError, OSError) as error:
            log.warning("left out clip %s: %s", clip.id, error)
    if not found:
        raise ValueError(f"{manifest} has no clip of split {split!r} that can be heard: give another manifest or split")
    return found


def hear_all(
    model: str | Path,
    clips: Sequence[ClipSound],
    *,
    tasks: Sequence[str] | None = None,
    reference: Answers | None = None,
    num_threads: int | None = 1,
    adapters: Sequence[AdapterSource] = (),
) -> Heard:
    """Let a model hear clips, and measure what it answers.

    Args:
        model: folder of an exported model.
        clips: with their labels.
        tasks: to answer; all that the model has if None.
        reference: answers of another model to the same clips, to say what changed.
        num_threads: of each network.
        adapters: that the model wears.
    """
    session = Session(model, num_threads=num_threads, adapters=adapters)
    names = list(tasks) if tasks is not None else [task.name for task in session.spec.tasks]
    session.load(names)
    meters = _meters(session.spec, names)
    answers: Answers = []
    factors = []
    for one in clips:
        result = session.hear(one.audio, sample_rate=SAMPLE_RATE, tasks=names)
        factors.append(result.compute_s["total"] / max(result.duration_s, 1e-9))
        answers.append(dict(result.answers))
        for name, meter in meters.items():
            if result.answers.get(name) is not None:
                meter.update(result.answers[name], one.clip, one.audio)
    found = {name: meter.compute() for name, meter in meters.items()}
    scores = {name: found.get(name, {}) | _same(name, reference, answers) for name in names}
    return Heard({n: values for n, values in scores.items() if values}, answers, float(np.median(factors)))


def _meters(spec: ModelSpec, names: Sequence[str]) -> dict[str, Meter]:
    made = {name: meter_of(spec.task(name)) for name in names}
    return {name: meter for name, meter in made.items() if meter is not None}


def _same(name: str, reference: Answers | None, answers: Answers) -> dict[str, float]:
    """`agreement` with the reference, mean over the clips that it answered."""
    pairs = zip(reference or (), answers, strict=False)
    found = [agreement(old[name], new.get(name)) for old, new in pairs if old.get(name) is not None]
    known = [share for share in found if share is not None]
    return {"agreement": float(np.mean(known))} if known else {}
