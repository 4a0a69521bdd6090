"""What is kept, for whom, and what a damaged file does."""

from __future__ import annotations

import logging
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from allears.data.manifest import Clip
from allears.probe.cache import FeatureCache, cache_folder
from allears.runtime.model_folder import ModelFolder

VALUES = np.arange(10, dtype=np.float32)


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    path = tmp_path / "a.wav"
    path.write_bytes(b"some audio")
    return Clip("a", path)


def test_what_is_put_is_got_and_only_its_owner_reads_it(clip: Clip, fake_model: Path, tmp_path: Path) -> None:
    cache = FeatureCache(ModelFolder(fake_model), tmp_path / "cache")
    assert cache.get(clip) is None
    cache.put(clip, VALUES)
    np.testing.assert_array_equal(cache.get(clip), VALUES)
    (file,) = cache.folder.rglob("*.npy")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_other_content_stretch_or_model_is_another_entry(clip: Clip, fake_model: Path, tmp_path: Path) -> None:
    cache = FeatureCache(ModelFolder(fake_model), tmp_path / "cache")
    cache.put(clip, VALUES)
    assert cache.get(Clip("a", clip.audio, start_s=0.5)) is None
    copied = tmp_path / "b.wav"
    shutil.copy(clip.audio, copied)
    assert cache.get(Clip("b", copied)) is not None, "the name of the file does not matter"
    clip.audio.write_bytes(b"other audio, of another length")
    assert cache.get(clip) is None
    changed = tmp_path / "model"
    shutil.copytree(fake_model, changed)
    (changed / "speaker.onnx").write_bytes(b"other weights")
    assert FeatureCache(ModelFolder(changed), tmp_path / "cache").folder != cache.folder


def test_a_damaged_file_is_told_and_not_used(
    clip: Clip, fake_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = FeatureCache(ModelFolder(fake_model), tmp_path / "cache")
    cache.put(clip, VALUES)
    (file,) = cache.folder.rglob("*.npy")
    file.write_bytes(b"nonsense")
    with caplog.at_level(logging.WARNING):
        assert cache.get(clip) is None
    assert "damaged" in caplog.text


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALLEARS_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "probe"
