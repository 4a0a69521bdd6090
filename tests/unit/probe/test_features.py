"""Pooled features: the formula, silence, the cache."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from allears.data.manifest import Clip
from allears.probe.cache import FeatureCache
from allears.probe.features import EPSILON, pool, read_features
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts


def test_pool_is_the_weighted_mean_and_the_log_of_the_spread() -> None:
    rng = np.random.default_rng(0)
    layers = rng.standard_normal((3, 1, 9, 4)).astype(np.float32)
    weights = rng.uniform(0.1, 1.0, 7).astype(np.float32)
    found = pool(layers, weights)
    for layer in range(3):
        frames = layers[layer, 0, :7].astype(np.float64)
        mean = np.average(frames, axis=0, weights=weights)
        variance = np.average((frames - mean) ** 2, axis=0, weights=weights)
        np.testing.assert_allclose(found[layer, 0], mean, atol=1e-6)
        np.testing.assert_allclose(found[layer, 1], np.log(np.sqrt(variance + EPSILON)), atol=1e-5)


def test_silence_around_what_is_said_hardly_counts(
    tones: tuple[list[Clip], list[str]], fake_model: Path, tmp_path: Path
) -> None:
    import soundfile

    from tests.unit.conftest import RATE, silence, tone

    paths = [tmp_path / "bare.wav", tmp_path / "padded.wav"]
    said = tone(1.0)
    soundfile.write(paths[0], said, RATE)
    soundfile.write(paths[1], np.concatenate([silence(0.2), said, silence(0.2)]), RATE)
    bare, padded = read_features([Clip(p.name, p) for p in paths], ModelFolder(fake_model)).values
    assert bare[0] == pytest.approx(padded[0], rel=0.03)  # mean level of layer 0: 29 % less if silence counted


def test_a_second_look_hears_nothing(
    tones: tuple[list[Clip], list[str]], fake_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ModelFolder(fake_model)
    cache = FeatureCache(folder, tmp_path / "cache")
    first = read_features(tones[0], folder, cache=cache)
    monkeypatch.setattr(Parts, "encode", lambda *_: pytest.fail("the clip was heard again"))
    second = read_features(tones[0], folder, cache=cache)
    np.testing.assert_array_equal(first.values, second.values)
    assert [block.name for block in first.blocks] == ["layer 0", "layer 1", "speaker"]
    assert first.values.shape == (10, 2 * 2 * 2 + 2)


def test_no_clips_is_an_error(fake_model: Path) -> None:
    with pytest.raises(ValueError, match="no clip"):
        read_features([], ModelFolder(fake_model))


def test_of_a_long_clip_the_first_window_is_heard(
    tmp_path: Path, fake_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import soundfile

    from tests.unit.conftest import RATE, tone

    path = tmp_path / "long.wav"
    soundfile.write(path, tone(11.0), RATE)
    clips = [Clip("long", path), Clip("short", path, duration_s=10.0)]
    with caplog.at_level(logging.WARNING):
        long, short = read_features(clips, ModelFolder(fake_model)).values
    np.testing.assert_allclose(long, short, atol=1e-5)
    assert "1 of 2 clips last longer than 10 s" in caplog.text
