"""Phones to frames: how long each phone lasts, its pitch and its spectrum.

In: ids of phones, of voice and dialect, speed and pitch. Out: mel frames, F0, durations.

Letters: P phones with the silence before and after them, T frames, B mel bands.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from allears.runtime.onnx_file import ModelError, onnx_errors

__all__ = ["Acoustic", "Frames"]


@dataclass(frozen=True, eq=False)
class Frames:
    """What a sentence is to sound like.

    Attributes:
        mel: (T, B) logarithms of mel bands.
        f0: (T,) Hz, 0 where nothing vibrates.
        durations: (P,) frames of each phone; their sum is T.
    """

    mel: np.ndarray
    f0: np.ndarray
    durations: np.ndarray


class Acoustic:
    """`acoustic.onnx`, opened. `path`: of it, for messages."""

    def __init__(self, net: onnxruntime.InferenceSession, path: Path) -> None:
        self._net, self._path = net, path

    def frames(self, phones: list[int], *, voice: int, dialect: int, speed: float, pitch: float) -> Frames:
        """Frames of a sentence.

        Raises:
            ModelError: the network gives something else than it should.
        """
        inputs = {
            "phones": np.array([phones], np.int64), "voice": np.array([voice], np.int64),
            "dialect": np.array([dialect], np.int64), "speed": np.array([speed], np.float32),
            "pitch": np.array([pitch], np.float32),
        }  # fmt: skip
        with onnx_errors(self._path):
            mel, f0, durations = (np.asarray(x)[0] for x in self._net.run(["mel", "f0", "durations"], inputs))
        if not (len(mel) == len(f0) == int(durations.sum()) and len(durations) == len(phones)):
            raise ModelError(
                f"{self._path} gave {len(mel)} mel frames, {len(f0)} of F0 and durations of {int(durations.sum())} for "
                f"{len(phones)} phones: the voice is damaged or of another kind, export it again"
            )
        return Frames(mel, f0, durations)
