"""Made-up output of a CTC head: a text spelt with one frame a letter, noise over everything."""

from __future__ import annotations

import numpy as np

NAMES = ("", "\u2581", *"'abcdefghijklmnopqrstuvwxyz")


def heard(text: str, *, num_frames: int = 200, noise: float = 1.0, seed: int = 0) -> np.ndarray:
    """(T, C) logits."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, noise, (num_frames, len(NAMES))).astype(np.float32)
    frames = np.sort(rng.choice(np.arange(5, num_frames - 5, 2), len(text), replace=False))
    logits[:, 0] += 8
    for frame, letter in zip(frames, text, strict=True):
        logits[frame, 0] -= 8
        logits[frame, NAMES.index("\u2581" if letter == " " else letter)] += 8
    return logits


def log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
