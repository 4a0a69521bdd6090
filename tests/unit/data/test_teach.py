"""Teaching, by a pretended teacher: labels in order, the unsure left out, a stopped run goes on where it was."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allears.data.manifest import Clip
from allears.data.teach import teach


class _Vocabulary:
    def decode(self, tokens: Sequence[int]) -> str:
        return " " + " ".join(f"t{int(token)}" for token in tokens)


class _Teacher:
    """Hears as many samples as there are; is unsure of a clip of 4000 samples. Fails after `patience` clips."""

    vocabulary = _Vocabulary()

    def __init__(self, patience: int = 100) -> None:
        self.patience, self.heard = patience, 0

    def label(self, audios: Sequence[np.ndarray], languages: Sequence[str | None]) -> list[dict[str, np.ndarray]]:
        self.heard += len(audios)
        if self.heard > self.patience:
            raise KeyboardInterrupt
        return [{"tokens": np.array([len(audio)])} for audio in audios]

    def is_sure(self, label: dict[str, np.ndarray]) -> bool:
        return int(label["tokens"][0]) != 4000


def _teach(teacher: Any, clips: list[Clip], folder: Path) -> list[Clip]:
    return list(teach(teacher, clips, folder, batch_size=2))


def test_labels_come_in_order_and_the_unsure_get_none(
    make_clips: Callable[..., list[Clip]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        taught = _teach(_Teacher(), make_clips({"age": 1}, {}, {}), tmp_path / "out")
    assert [clip.id for clip in taught] == ["clip0", "clip1", "clip2"]
    assert [clip.labels.get("teacher_text") for clip in taught] == ["t3200", None, "t4800"]
    assert "teacher" not in taught[1].labels and taught[0].labels["age"] == 1
    assert Path(taught[0].labels["teacher"]).is_file()
    assert "unsure of 1 of 3" in caplog.text


def test_a_stopped_run_goes_on(make_clips: Callable[..., list[Clip]], tmp_path: Path) -> None:
    clips = make_clips({}, {}, {}, {}, {})
    whole = _teach(_Teacher(), clips, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        _teach(_Teacher(patience=3), clips, tmp_path / "out")
    rest = _Teacher()
    resumed = _teach(rest, clips, tmp_path / "out")
    assert rest.heard == 3  # the first batch of two was kept
    assert [c.labels.get("teacher_text") for c in resumed] == [c.labels.get("teacher_text") for c in whole]
