"""Peer: Resemblyzer's voice embedding (GE2E), with its own preprocessing (volume, silences cut)."""

from __future__ import annotations

import warnings

import numpy as np

from allears.audio import SAMPLE_RATE

__all__ = ["Resemblyzer"]

EMBEDDING_SIZE = 256


class Resemblyzer:
    """Voice of a clip as a vector of length 1."""

    name = "Resemblyzer"

    def __init__(self, num_threads: int) -> None:
        """Load its weights, which its package carries.

        Raises:
            ValueError: it or one of its parts is not installed.
        """
        try:
            import torch

            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # scipy.ndimage.morphology
                from resemblyzer import VoiceEncoder, preprocess_wav
        except ImportError as error:
            raise ValueError(
                f"Resemblyzer cannot be imported ({error}): pip install -r benchmarks/requirements.txt, and if "
                "pkg_resources is what is missing, pip uninstall webrtcvad and reinstall webrtcvad-wheels"
            ) from error
        torch.set_num_threads(num_threads)
        self._preprocess = preprocess_wav
        self._encoder = VoiceEncoder("cpu", verbose=False)

    def embed(self, audio: np.ndarray) -> np.ndarray:
        """(S,) float32 at 16 kHz -> (256,). Where its preprocessing leaves nothing, the clip is taken as it is."""
        wav = self._preprocess(audio, source_sr=None)
        if len(wav) < SAMPLE_RATE // 10:
            wav = audio
        return np.asarray(self._encoder.embed_utterance(wav), np.float32)

    def partials(self, audio: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray, list[slice]]:
        """(S,) at 16 kHz, as it is -> the whole's vector, those (N, 256) of its windows, where the windows lie."""
        whole, vectors, slices = self._encoder.embed_utterance(audio, return_partials=True, rate=rate)
        return np.asarray(whole, np.float32), np.asarray(vectors, np.float32), list(slices)
