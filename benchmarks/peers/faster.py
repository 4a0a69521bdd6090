"""Peer: faster-whisper (CTranslate2), Whisper base, int8, greedy."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from allears.audio import SAMPLE_RATE

__all__ = ["FasterWhisper"]


class FasterWhisper:
    """Greedy, one pass: no temperature fallback, no condition on earlier text, no timestamps."""

    name = "faster-whisper base int8"
    options: ClassVar[dict[str, Any]] = {
        "beam_size": 1,
        "temperature": 0.0,
        "condition_on_previous_text": False,
        "without_timestamps": True,
    }

    def __init__(self, args: argparse.Namespace) -> None:
        """Load the model of `--whisper-ct2`.

        Raises:
            ValueError: no folder was given.
        """
        if args.whisper_ct2 is None:
            raise ValueError("give Whisper base for CTranslate2 with --whisper-ct2: benchmarks/fetch_peers.py makes it")
        from faster_whisper import WhisperModel

        self._model: Any = WhisperModel(
            str(args.whisper_ct2), device="cpu", compute_type="int8", cpu_threads=args.threads, num_workers=1
        )

    def transcribe(self, audio: np.ndarray, language: str | None = "en") -> str:
        """Text of (S,) float32 at 16 kHz."""
        segments, _ = self._model.transcribe(audio, language=language, **self.options)
        return "".join(segment.text for segment in segments).strip()

    def transcribe_file(self, path: Path, language: str = "en") -> str:
        """Text of a file of any length; with time tokens, by which it moves its windows of 30 s."""
        segments, _ = self._model.transcribe(
            str(path), language=language, **self.options | {"without_timestamps": False}
        )
        return "".join(segment.text for segment in segments).strip()

    def language(self, audio: np.ndarray) -> str:
        """Its own detection of the language: the likeliest of Whisper's 99, from (S,) float32 at 16 kHz."""
        if len(audio) == 0:
            raise ValueError(f"cannot detect the language of an empty clip: give samples at {SAMPLE_RATE} Hz")
        return str(self._model.detect_language(audio)[0])
