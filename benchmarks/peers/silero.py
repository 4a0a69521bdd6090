"""Peer: Silero VAD v6, its ONNX file run by onnxruntime as its own wrapper runs it.

Source: https://github.com/snakers4/silero-vad (MIT). Chunks of 512 samples (32 ms), each with the 64 samples before it;
the recurrent state goes from chunk to chunk.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from allears.audio import SAMPLE_RATE

__all__ = ["FRAME_SHIFT_S", "Silero"]

CHUNK = 512  # samples
CONTEXT = 64  # samples
FRAME_SHIFT_S = CHUNK / SAMPLE_RATE


class Silero:
    """Speech probability of every 32 ms."""

    name = "Silero VAD v6"

    def __init__(self) -> None:
        """Load the file that the package `silero-vad` carries.

        Raises:
            ValueError: the package is not installed.
        """
        import onnxruntime

        found = importlib.util.find_spec("silero_vad")
        if found is None or found.origin is None:
            raise ValueError("Silero VAD is not installed: pip install -r benchmarks/requirements.txt")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        path = Path(found.origin).parent / "data" / "silero_vad.onnx"
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def probabilities(self, audio: np.ndarray) -> np.ndarray:
        """(S,) float32 at 16 kHz -> (T,), T = chunks of 32 ms, the last one filled with zeros."""
        padded = np.pad(audio.astype(np.float32), (CONTEXT, -len(audio) % CHUNK))
        state = np.zeros((2, 1, 128), np.float32)
        rate = np.array(SAMPLE_RATE, np.int64)
        found = []
        for start in range(0, len(padded) - CONTEXT, CHUNK):
            chunk = padded[None, start : start + CONTEXT + CHUNK]
            probability, state = self._session.run(None, {"input": chunk, "state": state, "sr": rate})
            found.append(float(probability[0, 0]))
        return np.array(found, np.float32)
