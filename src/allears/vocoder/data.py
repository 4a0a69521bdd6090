"""Stretches of speech with the frames and sources that a vocoder makes them of.

In: clips of a manifest with `teacher` (or with `frames`: an .npz of `mel` and `f0`, what an acoustic model made of the
clip, to learn to speak from that). Out: batches, the same for the same seed and step on any machine.

Letters: B stretches, T frames, S = T * HOP samples, M mel bands, F frequencies.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from allears.data.manifest import Clip
from allears.data.read_ahead import read_ahead
from allears.speaking.source import harmonic_source, noise_source
from allears.teacher_prosody import fit_frames, read_prosody
from allears.voice_frames import HOP, SAMPLE_RATE, log_mel, spectrum
from allears.voice_sound import read_sound

__all__ = ["StretchFeed", "Stretches", "source_spectra"]


@dataclass(frozen=True, eq=False)
class Stretches:
    """A batch.

    Attributes:
        mel: (B, T, M).
        f0: (B, T) Hz, 0 where nothing vibrates.
        harmonic, noise: (B, T, 2, F) spectra of the sources.
        sound: (B, S) what is to come out.
    """

    mel: Tensor
    f0: Tensor
    harmonic: Tensor
    noise: Tensor
    sound: Tensor


@dataclass(frozen=True, eq=False)
class _Known:
    mel: np.ndarray  # (T, M)
    f0: np.ndarray  # (T,)
    sound: np.ndarray  # (S,)


class StretchFeed:
    """Batches by step.

    Args:
        clips: whose labels name their files.
        num_frames: T of a stretch; shorter clips are refused.
        batch_size: B.
        seed: with the step, of what is drawn.

    Raises:
        ValueError: no clip has what is needed.
    """

    def __init__(self, clips: Sequence[Clip], *, num_frames: int = 64, batch_size: int = 8, seed: int = 0) -> None:
        self.clips = [clip for clip in clips if "teacher" in clip.labels]
        if not self.clips:
            raise ValueError(
                f"none of {len(clips)} clips has `teacher`: write the manifest with recipes/voice/describe.py"
            )
        self.num_frames, self.batch_size, self.seed = num_frames, batch_size, seed
        self._known = lru_cache(maxsize=2_000)(_know)

    def batch(self, step: int) -> Stretches:
        """The stretches of a step."""
        return _stack([self._one(draw) for draw in self._draws(step)])

    def batches(self, first: int, num_workers: int) -> Generator[Stretches, None, None]:
        """Those of step `first` and on, made ahead by threads."""
        read = read_ahead(self._one, (self._draws(step) for step in itertools.count(first)), num_workers)
        try:
            yield from map(_stack, read)
        finally:
            read.close()

    def _draws(self, step: int) -> list[tuple[int, int]]:
        return [(step, number) for number in range(self.batch_size)]

    def _one(self, draw: tuple[int, int]) -> tuple[np.ndarray, ...]:
        rng = np.random.default_rng((self.seed, *draw))
        clip = self.clips[int(rng.integers(len(self.clips)))]
        known = self._known(clip.audio, str(clip.labels["teacher"]), clip.labels.get("frames"))
        if len(known.mel) < self.num_frames:
            raise ValueError(f"clip {clip.id!r} has {len(known.mel)} frames, {self.num_frames} are needed: set min_s")
        first = int(rng.integers(len(known.mel) - self.num_frames + 1))
        inside = slice(first, first + self.num_frames)
        f0 = known.f0[inside]
        sound = known.sound[first * HOP : (first + self.num_frames) * HOP]
        return known.mel[inside], f0, *source_spectra(f0, int(rng.integers(2**31))), sound


def source_spectra(f0: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(T,) Hz -> spectra (T, 2, F) of the buzz at that pitch and of noise."""
    buzz, hiss = harmonic_source(f0, HOP, SAMPLE_RATE), noise_source(len(f0) * HOP, seed)
    first, second = (np.stack([x.real, x.imag], axis=1) for x in (spectrum(buzz), spectrum(hiss)))
    return first, second


def _know(audio: object, teacher: str, frames: str | None) -> _Known:
    sound = read_sound(str(audio))
    if frames is None:
        mel, f0 = log_mel(sound), read_prosody(teacher).f0
    else:
        with np.load(frames) as data:
            mel, f0 = data["mel"].astype(np.float32), data["f0"].astype(np.float32)
    count = len(sound) // HOP
    return _Known(fit_frames(mel, count), fit_frames(f0, count), sound[: count * HOP])


def _stack(rows: Sequence[tuple[np.ndarray, ...]]) -> Stretches:
    return Stretches(*(torch.from_numpy(np.stack(parts).astype(np.float32)) for parts in zip(*rows, strict=True)))
