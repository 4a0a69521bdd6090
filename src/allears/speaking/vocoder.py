"""Frames to sound: a buzz with the pitch and noise, shaped by the filters that the network makes of the frames.

In: mel frames and F0. Out: samples. The network filters the spectra of both sources and adds them; numpy makes the
sources and turns the spectrum back into samples (harmonic plus noise in the line of DDSP, Engel et al. 2020, in the
spectral domain as HiFTNet, Li et al. 2023, and Vocos, Siuzdak 2023).

Letters: T frames, B mel bands, F frequencies, S = T * hop samples.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from allears.runtime.onnx_file import ModelError, onnx_errors
from allears.speaking.source import harmonic_source, noise_source
from allears.stft import istft, stft
from allears.voice_spec import VoiceSpec

__all__ = ["Vocoder"]


class Vocoder:
    """`vocoder.onnx`, opened. `path`: of it, for messages; `spec`: of the model."""

    def __init__(self, net: onnxruntime.InferenceSession, path: Path, spec: VoiceSpec) -> None:
        self._net, self._path, self._spec = net, path, spec

    def samples(self, mel: np.ndarray, f0: np.ndarray) -> np.ndarray:
        """(T, B), (T,) Hz -> (S,) float32 in [-1, 1].

        Raises:
            ModelError: the network gives something else than a spectrum.
        """
        spec, num_frames = self._spec, len(mel)
        if not num_frames:
            return np.zeros(0, np.float32)
        num_samples = num_frames * spec.hop_samples
        inputs = {
            "mel": mel[None], "f0": f0[None],
            "harmonic": self._parts(harmonic_source(f0, spec.hop_samples, spec.sample_rate)),
            "noise": self._parts(noise_source(num_samples)),
        }  # fmt: skip
        with onnx_errors(self._path):
            spectrum = np.asarray(self._net.run(["spectrum"], inputs)[0])[0]
        wanted = (num_frames, 2, spec.fft_samples // 2 + 1)
        if spectrum.shape != wanted or not np.isfinite(spectrum).all():
            raise ModelError(
                f"{self._path} gave a spectrum of shape {spectrum.shape} (or with what is no number), {wanted} is "
                "wanted: the voice is damaged, export it again"
            )
        sound = istft(spectrum[:, 0] + 1j * spectrum[:, 1], num_samples, spec.fft_samples, spec.hop_samples)
        return np.asarray(np.clip(sound, -1.0, 1.0))

    def _parts(self, source: np.ndarray) -> np.ndarray:
        """(S,) -> its transform, (1, T, 2, F): real and imaginary parts."""
        spectrum = stft(source, self._spec.fft_samples, self._spec.hop_samples)
        return np.stack([spectrum.real, spectrum.imag], axis=1)[None].astype(np.float32)
