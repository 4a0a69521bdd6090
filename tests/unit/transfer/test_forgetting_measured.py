"""Every stage hears every set of clips, without torch."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="needs the extra `train`")

from allears.scoring.folder import read_clips
from allears.transfer.forgetting_measured import ClipSet, measure_forgetting
from allears.transfer.stages import Stage, read_stage
from tests.unit.compress.conftest import build
from tests.unit.transfer.small import write_clips, write_shifted


@pytest.fixture
def stages(tmp_path: Path) -> list[Stage]:
    before = read_stage(build(tmp_path / "model"))
    return [before, read_stage(write_shifted(tmp_path / "loud.npz", before.path, share=8.0), before)]


@pytest.fixture
def tones(tmp_path: Path) -> ClipSet:
    manifest = write_clips(tmp_path / "tones")
    return ClipSet(manifest, "dev", read_clips(manifest, split="dev"))


def test_one_column_a_task_and_set(stages: list[Stage], tones: ClipSet) -> None:
    told: list[str] = []
    found = measure_forgetting(stages, [tones], tell=told.append)
    assert [(c.clips, c.task, c.metric, c.is_higher_better) for c in found.columns] == [
        ("tones dev", "tone", "accuracy", True)
    ]
    assert found.stages == ("model", "loud") and found.values.shape == (2, 1)
    assert not found.is_sequence or found.columns[0].learned == 0
    assert told == ["model hears 8 clips of tones dev", "loud hears 8 clips of tones dev"]


def test_clips_without_labels_of_the_tasks_are_refused(stages: list[Stage], tones: ClipSet) -> None:
    with pytest.raises(ValueError, match="no labels of voice"):
        measure_forgetting(stages, [tones], tasks=["voice"])


def test_runs_beside_exported_models_are_refused(stages: list[Stage], tones: ClipSet, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        measure_forgetting([*stages, Stage("run", tmp_path)], [tones])
