"""From clips to a head that the runtime hears with."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from allears import Session
from allears.data.manifest import Clip
from allears.probe import AUTO, METHODS, fit_probe, probe_features
from allears.probe.probe import _best
from allears.probe.validate import Validation
from allears.runtime.model_folder import DEFAULT_MODEL, ModelFolder
from tests.unit.conftest import SPEC
from tests.unit.probe.conftest import made_up

Tones = tuple[list[Clip], list[str]]


@pytest.mark.parametrize("method", METHODS)
def test_the_head_says_what_the_probe_says(tones: Tones, fake_model: Path, tmp_path: Path, method: str) -> None:
    clips, labels = tones
    probe = fit_probe(clips, labels, name="pitch", model=fake_model, method=method, cache=False)
    assert probe.method == method and probe.classes == ("high", "low") and probe.accuracy == 1.0
    probe.save(tmp_path / "out")
    session = Session(tmp_path / "out", tasks=["pitch"])
    wanted = probe.probabilities(probe.features.values)
    for clip, label, row in zip(clips, labels, wanted, strict=True):
        answer = session.hear(clip.audio).answers["pitch"]
        assert answer.label == label
        np.testing.assert_allclose([answer.probabilities[name] for name in probe.classes], row, atol=1e-4)


def test_the_folder_is_the_model_with_one_more_head(tones: Tones, fake_model: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(fake_model, source)
    (source / "README.md").write_text("the card")
    fit_probe(*tones, name="pitch", model=source, method="ridge", cache=False).save(tmp_path / "out")
    made = ModelFolder(tmp_path / "out")
    assert [task.name for task in made.spec.tasks] == [*(task.name for task in SPEC.tasks), "pitch"]
    assert made.spec.task("pitch").is_default and "pitch: a ridge probe on 10 clips" in made.spec.notes
    assert (made.path / "README.md").read_text() == "the card"
    assert set(made.sums) == {*ModelFolder(source).sums, "pitch.onnx"}
    for name, digest in made.sums.items():
        assert hashlib.sha256((made.path / name).read_bytes()).hexdigest() == digest


def test_names_and_places_that_cannot_be(tones: Tones, fake_model: Path, tmp_path: Path) -> None:
    probe = fit_probe(*tones, name="speech", model=fake_model, method="ridge", cache=False)
    with pytest.raises(ValueError, match="has a task 'speech' already"):
        probe.save(tmp_path / "out")
    with pytest.raises(ValueError, match="comes with allears"):
        probe.save(DEFAULT_MODEL)
    (tmp_path / "mine").mkdir()
    with pytest.raises(ValueError, match="not a model folder"):
        probe.save(tmp_path / "mine")
    for name in ("a/b", "encoder", "cross"):
        odd = fit_probe(*tones, name=name, model=fake_model, method="ridge", cache=False)
        with pytest.raises(ValueError, match=r"another --name|cannot be the name"):
            odd.save(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_model_without_speech_head_hears_all_frames_alike(tones: Tones, fake_model: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    from allears.export.folder import write_checksums
    from allears.probe.save import _set_spec

    bare = tmp_path / "bare"
    shutil.copytree(fake_model, bare)
    _set_spec(bare / "encoder.onnx", replace(SPEC, tasks=tuple(t for t in SPEC.tasks if t.name == "language")))
    write_checksums(bare)
    clips, labels = tones
    probe = fit_probe(clips, labels, name="pitch", model=bare, method="ridge", cache=False)
    probe.save(tmp_path / "out")
    answer = Session(tmp_path / "out", tasks=["pitch"]).hear(clips[3].audio).answers["pitch"]
    np.testing.assert_allclose(
        list(answer.probabilities.values()), probe.probabilities(probe.features.values[3:4])[0], atol=1e-4
    )


def test_auto_takes_the_first_that_is_as_good_but_for_chance() -> None:
    classes = np.repeat([0, 1], 10)
    folds = tuple(np.arange(20).reshape(10, 2).T)

    def one(method: str, num_wrong: int) -> Validation:
        heard = classes.copy()
        heard[:num_wrong] = 1
        return Validation(method, classes, np.eye(2)[heard], folds)

    assert _best([one("logistic", 4), one("ridge", 1), one("svm", 0)]).method == "svm"
    assert _best([one("logistic", 2), one("ridge", 1)]).method == "ridge"
    assert _best([one("logistic", 1), one("ridge", 1)]).method == "logistic"


def test_every_method_is_tried_where_asked(fake_model: Path) -> None:
    features, classes = made_up(per_class=4)
    labels = [f"c{number}" for number in classes]
    model = ModelFolder(fake_model)
    probe = probe_features(features, labels, name="x", speakers=None, model=model, method="svm", is_compared=True)
    assert probe.method == probe.validation.method == "svm"
    assert [one.method for one in probe.validations] == list(METHODS)
    assert probe_features(features, labels, name="x", speakers=None, model=model, method=AUTO).num_speakers is None


def test_labels_and_speakers_are_one_a_clip(fake_model: Path) -> None:
    with pytest.raises(ValueError, match="2 clips and 1 labels"):
        fit_probe(["a.wav", "b.wav"], ["x"], model=fake_model)
    with pytest.raises(ValueError, match="no method 'tree'"):
        fit_probe(["a.wav"], ["x"], model=fake_model, method="tree")


def test_no_torch() -> None:
    code = "import sys, allears.cli.probe, allears.probe, allears.probe.save; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
