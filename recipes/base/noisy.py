"""Copies of clips with noise, rooms, another speed and level, written to files, so that a frozen encoder
hears them once.

In: clips. Out: FLAC files and clips that point to them, labels kept. Clip i of a seed is always spoiled alike.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.augment import Augmenter, AugmentPlan
from allears.data.manifest import Clip, read_manifest

__all__ = ["noisy_copies"]

# not the effect units, whose response is so smeared that labels in time would drift
ROOMS = {"spreader", "speechbrain_rir1", "speechbrain_rir2", "speechbrain_rir3", "lhotse_sim_1ch",
         "audiomentations_impulse_response_0", "audiomentations_stereo_impulse_response"}  # fmt: skip


def noisy_copies(clips: Sequence[Clip], folder: Path, *, seed: int) -> list[Clip]:
    """One copy a clip under `folder`; what is there already is not made again."""
    augmenter = Augmenter(_plan(Path(os.environ["ALLEARS_DATA"])))
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for i, clip in enumerate(clips):
        path = folder / f"{i:05d}.flac"
        if not path.exists():
            audio = augmenter.apply(load_clip(clip), np.random.default_rng([seed, i])).audio
            soundfile.write(path.with_suffix(".partial"), audio, SAMPLE_RATE, format="FLAC")
            os.replace(path.with_suffix(".partial"), path)
        duration_s = soundfile.info(path).duration
        made.append(replace(clip, id=f"{folder.name}-{i:05d}", audio=path, start_s=0.0, duration_s=duration_s))
    return made


def _plan(data: Path) -> AugmentPlan:
    rooms = read_manifest(data / "rirs" / "manifest.jsonl")
    return AugmentPlan(
        noise=[clip for clip in read_manifest(data / "noise" / "manifest.jsonl") if clip.split == "train"],
        rooms=[clip for clip in rooms if clip.split == "train" and clip.labels.get("room") in ROOMS],
        noise_probability=0.8,
        snr_db=(0.0, 25.0),
        room_probability=0.35,
        gain_probability=0.6,
        speed_probability=0.6,
        speed=(0.9, 1.12),
        telephone_probability=0.05,
    )
