"""What the frozen model makes of a clip, as one vector: two statistics of each layer, and the heads' embeddings.

In: clips. Out: (N, F) float32 and the blocks it consists of. Of each layer the weighted mean of its frames and the
logarithm of their standard deviation,

    m = sum_t w_t x_t / sum_t w_t        ln s = 1/2 ln(sum_t w_t (x_t - m)^2 / sum_t w_t + e)

which Snyder et al. 2018 ("X-vectors: robust DNN embeddings for speaker recognition") call statistics pooling. Ours
differs in the logarithm and in the weights: w_t is what the speech head gives frame t, at least `FLOOR`, so that
silence around and within what is said counts for next to nothing and a clip without speech counts as a whole. Without
a speech head all weights are 1. The encoder's silent tail is left out. `head.py` writes the same as an ONNX graph.

Letters: N clips, L layers, T frames, D width, F features.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.decode.segments import sigmoid
from allears.probe.blocks import SPEECH, Block, blocks_of, speech_file
from allears.probe.cache import FeatureCache
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.spec import ModelSpec

__all__ = ["EPSILON", "FLOOR", "Features", "OnClip", "pool", "read_features"]

log = logging.getLogger(__name__)

FLOOR = 0.05  # least weight of a frame: twenty frames of silence weigh as much as one of speech
EPSILON = 1e-5  # of a variance; a clip of one frame has none

OnClip = Callable[[str], None]
"""Told the name of the clip that is about to be heard."""


@dataclass(frozen=True)
class Features:
    """values (N, F) float32, and what their columns are."""

    values: np.ndarray
    blocks: tuple[Block, ...]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: np.ndarray) -> Features:
        """Those of some clips."""
        return Features(self.values[rows], self.blocks)


def pool(layers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Layers (L, 1, T, D) and weights (T,) above 0 -> (L, 2, D), m and ln s; frames past the weights are the tail."""
    frames = layers[:, 0, : len(weights)].astype(np.float32)
    share = (weights / weights.sum()).astype(np.float32)
    mean = np.einsum("t,ltd->ld", share, frames)
    variance = np.einsum("t,ltd->ld", share, np.square(frames - mean[:, None]))
    return np.stack([mean, 0.5 * np.log(variance + EPSILON)], axis=1)


def read_features(
    clips: Sequence[Clip],
    folder: ModelFolder,
    *,
    cache: FeatureCache | None = None,
    num_threads: int = 2,
    on_clip: OnClip | None = None,
) -> Features:
    """The features of clips; what the cache has is not heard again. Of a clip longer than a window, its first window
    is heard.

    Raises:
        AudioError: a clip cannot be heard.
        ModelError: the model cannot be loaded.
        ValueError: no clips.
    """
    if not clips:
        raise ValueError("there is no clip to hear: give files with labels")
    parts = Parts(folder, num_threads)
    blocks, rows, num_cut = blocks_of(parts, folder.spec), [], 0
    for clip in clips:
        if on_clip is not None:
            on_clip(clip.id)
        found = None if cache is None else cache.get(clip)
        if found is None or found.shape != (blocks[-1].stop,):
            audio, is_cut = _audio(clip, folder.spec)
            num_cut += is_cut
            found = _hear(audio, parts, folder.spec, blocks)
            if cache is not None:
                cache.put(clip, found)
        rows.append(found)
    if num_cut:
        log.warning("%d of %d clips last longer than %g s: their beginnings stand for them", num_cut, len(clips),
                    folder.spec.max_window_s)  # fmt: skip
    return Features(np.stack(rows), blocks)


def _audio(clip: Clip, model: ModelSpec) -> tuple[np.ndarray, bool]:
    """Samples (S,) of at most one window, and whether there were more."""
    audio, longest = load_clip(clip), int(model.max_window_s * SAMPLE_RATE)
    return audio[:longest], len(audio) > longest


def _hear(audio: np.ndarray, parts: Parts, model: ModelSpec, blocks: Sequence[Block]) -> np.ndarray:
    layers = parts.encode(audio)
    weights = np.ones(layers.shape[2] - round(model.tail_s / model.frame_shift_s), np.float32)
    if speech_file(model) is not None:
        logits = parts.head(SPEECH, layers).reshape(-1)
        weights = np.maximum(sigmoid(logits[: len(weights)]), FLOOR)
    embeddings = [parts.head(block.name, layers).reshape(-1) for block in blocks if block.layer is None]
    return np.concatenate([pool(layers, weights).reshape(-1), *embeddings]).astype(np.float32)
