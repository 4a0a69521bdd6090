"""Frames of clips that a frozen encoder has heard before, on disk: the second epoch costs a read.

In: a clip's samples. Out: its layers, if the very same samples were heard before. Kept in 16 bit: half the disk, and
the rounding (1e-3) is far below what int8 weights do. Only clips that come unchanged are ever found again: no
augmentation, or augmented copies written to files first.

Letters: S samples, L layers, T frames, D width.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

__all__ = ["FrameCache"]


class FrameCache:
    """Layers by the content of the clip.

    Args:
        folder: made if absent; may be deleted at any time between runs.
        encoder: file of the encoder: another one's frames are never mixed up with its.
    """

    def __init__(self, folder: str | Path, encoder: Path) -> None:
        self.folder = Path(folder) / hashlib.blake2b(encoder.read_bytes(), digest_size=8).hexdigest()
        self.folder.mkdir(parents=True, exist_ok=True)

    def get(self, audio: np.ndarray, compute: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Layers (L, T, D) float32 of a clip (S,); computed and kept if they are not there."""
        path = self.folder / f"{hashlib.blake2b(audio.tobytes(), digest_size=16).hexdigest()}.npy"
        if path.exists():
            return np.asarray(np.load(path), dtype=np.float32)
        layers = compute(audio)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with open(partial, "wb") as file:
            np.save(file, layers.astype(np.float16))
        os.replace(partial, path)
        return layers
