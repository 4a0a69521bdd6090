"""Every stage hears every set of clips, without torch."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the extra `train`")

from allears.runtime.model_folder import ModelFolder
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


def test_tasks_that_an_adapter_brings_are_measured(stages: list[Stage], tones: ClipSet, tmp_path: Path) -> None:
    before, after = stages
    named = [replace(one.clip, labels={**one.clip.labels, "pitch": one.clip.labels["tone"]}) for one in tones.clips]
    clips = [replace(one, clip=clip) for one, clip in zip(tones.clips, named, strict=True)]
    found = measure_forgetting(
        [before, replace(after, adapter=_with_pitch(after, tmp_path))], [ClipSet(tones.manifest, "dev", clips)]
    )
    known = {c.task: np.isfinite(found.values[:, j]).tolist() for j, c in enumerate(found.columns)}
    assert known == {"tone": [True, True], "pitch": [False, True]}


def _with_pitch(stage: Stage, folder: Path) -> Path:
    """The adapter, with the head of `tone` under the name `pitch`."""
    assert stage.adapter is not None
    model = ModelFolder(stage.path)
    head = model.spec.task("tone")
    with np.load(stage.adapter) as file:
        arrays = {name: file[name] for name in file.files}
    about = json.loads(arrays.pop("about").tobytes())
    about["tasks"] = [asdict(replace(head, name="pitch", file="pitch.onnx"))]
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    arrays["file/pitch.onnx"] = np.frombuffer((model.path / head.file).read_bytes(), np.uint8)
    with open(folder / "both.npz", "wb") as file:
        np.savez(file, **arrays)
    return folder / "both.npz"


def test_clips_without_labels_for_a_run_leave_the_others(
    tones: ClipSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("torch", reason="runs need the extra `train`")
    from allears.train import measure as module

    def measure(run: Path, *, manifest: str) -> dict[str, dict[str, float]]:
        if len(Path(manifest).read_text().splitlines()) == 1:
            raise module.NoLabelsError("no clip has a label of any of the tasks tone")
        return {"tone": {"accuracy": 0.5}}

    monkeypatch.setattr(module, "measure", measure)
    other = ClipSet(tmp_path / "other.jsonl", None, tones.clips[:1])
    found = measure_forgetting([Stage("a", tmp_path), Stage("b", tmp_path)], [other, tones])
    assert [c.clips for c in found.columns] == ["tones dev"] and found.values.tolist() == [[0.5], [0.5]]
    assert "a is not measured on other" in caplog.text
