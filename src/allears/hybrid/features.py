"""What the phone network hears: MFCC with the frames around, or the frozen encoder's frames beside the MFCC.

In: samples (S,). Out: two arrays with a row each 10 ms: MFCC (M, 39), and what the network reads (M, D).

`mfcc`: 13 coefficients and their rates, of the frame and of 5 on either side, as in Hinton et al. 2012, "Deep Neural
Networks for Acoustic Modeling in Speech Recognition". `encoder`: the MFCC, and the model's layer below the last, which
is heard in windows cut where it is quiet; its frames are 20 ms apart and are interpolated to the MFCC's.

Letters: S samples, M frames of 10 ms, T frames of the encoder, D width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from allears.audio import SAMPLE_RATE, open_audio
from allears.decode.segments import SegmentOptions
from allears.hybrid.mfcc import DIM, FRAME_S, mfcc
from allears.keywords.spotter import example_layer
from allears.runtime.parts import Parts
from allears.runtime.windows import Look, cut_windows
from allears.spec import ModelSpec

__all__ = ["KINDS", "Kind", "Listen", "listener", "with_context"]

Kind = Literal["encoder", "mfcc"]
KINDS: tuple[Kind, ...] = ("encoder", "mfcc")
Listen = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Samples (S,) -> MFCC (M, 39), what the network reads (M, D)."""

_REACH = 5  # frames on either side


def listener(kind: Kind, parts: Parts | None = None, model: ModelSpec | None = None) -> Listen:
    """The function that hears.

    Args:
        kind: what the network reads.
        parts: of the model, for `encoder`.
        model: its spec.

    Raises:
        ValueError: another kind, or no model where one is needed.
    """
    if kind not in KINDS:
        raise ValueError(f"features are one of {', '.join(KINDS)}, got {kind!r}: train the model again")
    if kind == "mfcc":
        return lambda audio: _both(mfcc(audio))
    if parts is None or model is None:
        raise ValueError("the features 'encoder' need a model: give one, or train with the features 'mfcc'")
    frame_s = model.frame_shift_s

    def listen(audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low = mfcc(audio)
        high = _every_10_ms(_encoded(audio, parts, model), len(low), frame_s)
        return low, np.concatenate([high, low], axis=1)

    return listen


def with_context(frames: np.ndarray, reach: int = _REACH) -> np.ndarray:
    """(M, D) -> (M, (2 reach + 1) D): each frame with those around it; the first and last are repeated."""
    padded = np.pad(frames, ((reach, reach), (0, 0)), mode="edge")
    return np.concatenate([padded[i : i + len(frames)] for i in range(2 * reach + 1)], axis=1)


def _both(low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    assert low.shape[1] == DIM
    return low, with_context(low)


def _encoded(audio: np.ndarray, parts: Parts, model: ModelSpec) -> np.ndarray:
    """Frames (T, D) of a clip of any length."""
    per_frame = parts.samples_per_frame
    longest = int(model.max_window_s * SAMPLE_RATE) // per_frame * per_frame
    windows = cut_windows(
        open_audio(audio), lambda _: Look(None, None, None), max_samples=longest, samples_per_frame=per_frame,
        low=SegmentOptions().low,
    )  # fmt: skip
    pieces = [example_layer(parts.encode(w.audio))[: parts.num_frames(len(w.audio))] for w in windows]
    return np.concatenate(pieces)


def _every_10_ms(frames: np.ndarray, num_frames: int, frame_s: float) -> np.ndarray:
    """(T, D) at `frame_s` -> (num_frames, D) at 10 ms; frame t of either stands for its beginning."""
    at = np.minimum(np.arange(num_frames) * FRAME_S / frame_s, len(frames) - 1)
    before = at.astype(int)
    after, share = np.minimum(before + 1, len(frames) - 1), (at - before).astype(np.float32)[:, None]
    return np.asarray((1 - share) * frames[before] + share * frames[after], dtype=np.float32)
