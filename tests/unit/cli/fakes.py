"""A model's spec, a session that answers at once, and what it hears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import AudioError
from allears.decode import Choice, Embedding, Segment, Span, Spans, Transcript, Word
from allears.runtime.result import Nearest, Result
from allears.spec import ModelSpec, Resolution, TaskSpec

SPEC = ModelSpec(
    name="tiny",
    version="1",
    sample_rate=16_000,
    frame_shift_s=0.02,
    tail_s=0.0,
    max_window_s=30.0,
    num_layers=2,
    dim=4,
    tasks=(
        TaskSpec("transcribe", Resolution.TEXT, {"kind": "transcript"}, file="decoder.onnx"),
        TaskSpec("speech", Resolution.FRAME, {"kind": "segments"}, file="speech.onnx"),
        TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding"}, file="speaker.onnx"),
    ),
)


class FakeSession:
    """Hears the same in every file; a file whose name starts with `bad` cannot be read."""

    spec = SPEC

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loaded_files = (folder / "encoder.onnx", folder / "speech.onnx")
        self.asked: list[dict[str, Any]] = []

    def load(self) -> None:
        pass

    def hear(self, source: Any, **options: Any) -> Result:
        self.asked.append({"source": source, **options})
        name = source if isinstance(source, str) else "stdin"
        if Path(name).name.startswith("bad"):
            raise AudioError(f"{name} cannot be read: it is no audio")
        if options.get("on_progress"):
            options["on_progress"](1.0, 2.0)
        return heard(name)


def heard(source: str, **changes: Any) -> Result:
    """A result with an answer of every kind; `changes` replace its fields."""
    words = (Word("Hello", 0.1, 0.5, 0.98), Word("there.", 0.5, 0.9, 0.31))
    answers = {
        "transcribe": Transcript((Segment(0.1, 0.9, "Hello there.", words, (1, 2), -0.2, 1.1, 0.01),), "en"),
        "speech": Spans((Span(0.08, 0.94),), np.ones(100, np.float32), 0.02),
        "language": Choice("en", 0.93, {"en": 0.93, "de": 0.06, "fr": 0.01}),
        "speaker": Embedding(np.array([0.6, 0.8], np.float32)),
    }
    fields: dict[str, Any] = {
        "source": source,
        "duration_s": 2.0,
        "answers": answers,
        "nearest": Nearest("Ann", 0.71, True),
        "compute_s": {"encoder": 0.01, "total": 0.05},
        "model": "tiny",
    }
    return Result(**(fields | changes))
