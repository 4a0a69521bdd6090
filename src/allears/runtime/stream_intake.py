"""Chunks of any size, type, rate and number of channels become mono at 16 kHz, as `audio.py` makes it of a file.

In: a state and a chunk. Out: samples (S,) float32 and the next state. Work is done in blocks of 20 ms of the input, so
that the result does not depend on the size of the chunks. One thing in the state is not a value: the resampler, where
the rate is not 16 kHz; such a state can be gone on from once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, open_resampler
from allears.audio_blocks import ArrayBlocks, AudioError

__all__ = ["Intake", "flush", "start_intake", "take"]

_BLOCKS_PER_S = 50  # 20 ms
_LOUDEST = 2.0**20  # as in audio.py: 120 dB above full scale
_MIN_RATE, _MAX_RATE = 1_000, 1_536_000  # Hz, as in audio.py


@dataclass(frozen=True, eq=False)
class Intake:
    """What is kept between chunks.

    Attributes:
        rate: of the chunks, Hz.
        pending: (N, C) of the input, less than a block; (0, 0) before the first chunk.
        is_live: (C,) channels that have carried a signal so far.
        num_taken: samples of each channel so far.
        resampler: to 16 kHz; None if the input is at that rate.
    """

    rate: int
    pending: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    is_live: np.ndarray = field(default_factory=lambda: np.zeros(0, np.bool_))
    num_taken: int = 0
    resampler: Any = None


def start_intake(rate: int) -> Intake:
    """The state before the first chunk.

    Raises:
        AudioError: a rate nothing is recorded at.
    """
    if isinstance(rate, bool) or not isinstance(rate, int) or not _MIN_RATE <= rate <= _MAX_RATE:
        raise AudioError(f"sample_rate is {rate!r}: give a whole number of Hz, {_MIN_RATE} to {_MAX_RATE}")
    return Intake(rate, resampler=None if rate == SAMPLE_RATE else open_resampler(rate))


def take(intake: Intake, chunk: np.ndarray) -> tuple[np.ndarray, Intake]:
    """Samples at 16 kHz (S,) that are ready with a chunk (N,) or (N, C), and the next state.

    Raises:
        AudioError: no audio, NaN, or another number of channels than before; the state is as it was.
    """
    fresh = _checked(intake, chunk)
    if not len(fresh):
        return np.zeros(0, np.float32), intake
    is_first = not intake.num_taken
    waiting = fresh if is_first else np.concatenate([intake.pending, fresh])
    is_live = np.zeros(fresh.shape[1], np.bool_) if is_first else intake.is_live
    size = max(1, intake.rate // _BLOCKS_PER_S)
    used = len(waiting) // size * size
    pieces, is_live = _mono(waiting[:used], size, is_live)
    if intake.resampler is not None:
        pieces = [intake.resampler.resample_chunk(piece) for piece in pieces]
    after = replace(
        intake, pending=waiting[used:].copy(), is_live=is_live, num_taken=intake.num_taken + len(fresh)
    )  # a copy, so that a long chunk is let go of
    return np.concatenate([np.zeros(0, np.float32), *pieces]), after


def flush(intake: Intake) -> np.ndarray:
    """The last samples (S,), once no chunk follows."""
    pieces, _ = _mono(intake.pending, max(1, len(intake.pending)), intake.is_live)
    if intake.resampler is not None and intake.num_taken:
        pieces = [intake.resampler.resample_chunk(np.concatenate([np.zeros(0, np.float32), *pieces]), last=True)]
    return np.concatenate([np.zeros(0, np.float32), *pieces])


def _checked(intake: Intake, chunk: np.ndarray) -> np.ndarray:
    """The chunk as (N, C) float32."""
    if not isinstance(chunk, np.ndarray):
        raise AudioError(
            f"a chunk of a stream must be a numpy array, got {type(chunk).__name__}: of raw 16-bit PCM make one with "
            "numpy.frombuffer(data, numpy.int16)"
        )
    blocks = ArrayBlocks(chunk, intake.rate, "the chunk")
    samples = blocks.read(len(chunk))
    if intake.num_taken and len(samples) and blocks.channels != intake.pending.shape[1]:
        raise AudioError(
            f"the chunk has {blocks.channels} channels, those before had {intake.pending.shape[1]}: one stream has one "
            "number of channels, start another"
        )
    if len(samples) and not (samples.max() <= _LOUDEST and samples.min() >= -_LOUDEST):  # neither is true of NaN
        bad = ~(np.abs(samples) <= _LOUDEST)
        at_s = (intake.num_taken + int(bad.any(axis=1).argmax())) / intake.rate
        raise AudioError(
            f"{int(bad.sum())} of {samples.size} samples of the chunk are NaN, infinite or beyond 2^20, the first at "
            f"{at_s:.2f} s of the stream: mend what made them, or set them to 0; the chunk was not heard"
        )
    return samples


def _mono(samples: np.ndarray, size: int, is_live: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Blocks of (N, C) samples -> their means over the channels that have carried a signal so far; all, if none has."""
    pieces: list[np.ndarray] = []
    for at in range(0, len(samples), size):
        block = samples[at : at + size]
        if block.shape[1] == 1:
            pieces.append(block[:, 0])
            continue
        is_live = is_live | (np.ptp(block, axis=0) > 0)
        pieces.append(block[:, is_live | ~is_live.any()].mean(axis=1))
    return pieces, is_live
