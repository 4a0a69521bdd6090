"""Peer: who spoke when by Resemblyzer's voice embedding and spectral clustering (`spectralcluster`, Apache-2.0).

Windows of 1.6 s, four a second, as Resemblyzer cuts them; those whose middle is in speech are clustered with the
affinity refinement of Wang et al. 2018, "Speaker diarization with LSTM" (the library's `icassp2018` settings), 1 to 8
speakers by the largest gap of eigenvalues. A moment of speech is given to the window whose middle is nearest. Where
speech is, it is told: the same spans as ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.decode.segments import runs
from peers.resemblyzer_voice import Resemblyzer

__all__ = ["ResemblyzerTurns"]

STEP_S = 0.1
RATE = 4.0  # windows a second
MOST = 8


class ResemblyzerTurns:
    """Turns of a recording."""

    name = "Resemblyzer + spectral clustering"

    def __init__(self, num_threads: int) -> None:
        """Load both.

        Raises:
            ValueError: Resemblyzer or spectralcluster is not installed.
        """
        try:
            import spectralcluster
        except ImportError as error:
            raise ValueError(f"{error}: pip install -r benchmarks/requirements.txt") from error
        self._voice, self._library = Resemblyzer(num_threads), spectralcluster

    def turns(
        self, audio: np.ndarray, spans: Sequence[tuple[float, float]], num_speakers: int | None = None
    ) -> list[tuple[float, float, str]]:
        """(S,) at 16 kHz and spans of speech, seconds -> start, end, speaker."""
        middles = (np.arange(int(len(audio) / SAMPLE_RATE / STEP_S) + 1) + 0.5) * STEP_S
        is_speech = np.zeros(len(middles), bool)
        for start, end in spans:
            is_speech |= (middles >= start) & (middles < end)
        if not is_speech.any():
            return []
        vectors, centres = self._windows(audio)
        is_heard = is_speech[np.minimum((centres / STEP_S).astype(int), len(middles) - 1)]
        if not is_heard.any():
            is_heard[:] = True
        vectors, centres = vectors[is_heard], centres[is_heard]
        labels = self._cluster(vectors, num_speakers)
        given = labels[np.abs(centres[None, :] - middles[:, None]).argmin(axis=1)]
        return sorted(
            (a * STEP_S, b * STEP_S, str(k))
            for k in np.unique(labels)
            for a, b in runs(is_speech & (given == k)).tolist()
        )

    def _windows(self, audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Embeddings (N, 256), and the middles of their windows, seconds."""
        _, vectors, slices = self._voice.partials(audio, RATE)
        return vectors, np.array([(s.start + s.stop) / 2 / SAMPLE_RATE for s in slices])

    def _cluster(self, vectors: np.ndarray, num_speakers: int | None) -> np.ndarray:
        if len(vectors) < 3:  # nothing to find clusters in
            return np.zeros(len(vectors), int)
        library = self._library
        clusterer = library.SpectralClusterer(
            min_clusters=num_speakers or 1,
            max_clusters=num_speakers or MOST,
            refinement_options=library.configs.icassp2018_refinement_options,
        )
        return np.asarray(clusterer.predict(vectors))
