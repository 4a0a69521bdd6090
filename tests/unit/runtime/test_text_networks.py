"""An adapter worn for one language changes its text, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allears import Session
from allears.runtime.adapters import FORMAT, Adapter, Adapters, load_adapters
from allears.runtime.model_folder import ModelFolder
from allears.runtime.onnx_file import graph_digest
from allears.runtime.origin import OriginOf
from allears.runtime.parts import Parts

pytestmark = pytest.mark.usefixtures("fake_decoder")

Sounds = Callable[..., np.ndarray]
TASKS = ["transcribe", "language", "speaker"]


def _write(path: Path, folder: Path, file: str, **weights: np.ndarray) -> Path:
    base = {file: {"sha256": ModelFolder(folder).sums[file], "graph": graph_digest(folder / file)}}
    about = {"format": FORMAT, "name": path.stem, "model": "fake 1", "base": base, "tasks": []}
    arrays: dict[str, Any] = {f"weight/{file}/{name}": value for name, value in weights.items()}
    np.savez(path, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
    return path


@pytest.fixture
def flat(fake_model: Path, tmp_path: Path) -> Path:
    """An encoder that finds no step from sample to sample: every tone is low to it."""
    return _write(tmp_path / "flat.npz", fake_model, "encoder.onnx", before=np.array([0, 0, 0, 1]))


@pytest.fixture
def other_words(fake_model: Path, tmp_path: Path) -> Path:
    """Another text decoder."""
    return _write(tmp_path / "words.npz", fake_model, "decoder.onnx", bias=np.ones(2, np.float32))


def test_text_of_its_language_alone_changes(fake_model: Path, flat: Path, sounds: Sounds) -> None:
    """A high tone is English, a low one German."""
    plain = Session(fake_model).hear(sounds("high"), tasks=TASKS)
    english = Session(fake_model, adapters=[f"en={flat}"]).hear(sounds("high"), tasks=TASKS)
    german = Session(fake_model, adapters=[f"de={flat}"]).hear(sounds("high"), tasks=TASKS)
    assert (plain.text, english.text, german.text) == ("high", "low", "high")
    always = Session(fake_model, adapters=[flat]).hear(sounds("high"), tasks=TASKS)
    assert always.language is not None and always.language.label == "de", "worn always, it changes all"
    for result in (english, german):
        assert result.language == plain.language
        assert np.array_equal(result.answers["speaker"].vector, plain.answers["speaker"].vector)


def test_a_language_that_is_told_counts(fake_model: Path, flat: Path, sounds: Sounds) -> None:
    session = Session(fake_model, adapters=[f"fr-CA={flat}"])
    heard = [session.hear(sounds("high"), tasks=["transcribe"], language=tag).text for tag in ("fr", "en")]
    assert heard == ["low", "high"]


def test_frames_are_read_anew_where_the_encoder_stays(
    fake_model: Path, flat: Path, other_words: Path, sounds: Sounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[int] = []
    encode = Parts.encode
    monkeypatch.setattr(Parts, "encode", lambda self, audio: passes.append(1) or encode(self, audio))
    for adapter, expected in ((other_words, 1), (flat, 2)):
        passes.clear()
        Session(fake_model, adapters=[f"en={adapter}"]).hear(sounds("high"), tasks=["transcribe"], language="en")
        assert len(passes) == expected


def test_what_stays_is_loaded_once(fake_model: Path, flat: Path, other_words: Path) -> None:
    worn = load_adapters([f"en={flat}", f"de={other_words}"], ModelFolder(fake_model))
    parts = Parts(ModelFolder(fake_model), 1, worn)
    parts.load(["transcribe"])
    english, german = parts.for_language("en"), parts.for_language("de")
    assert parts.for_language("hu") is parts and parts.for_language("en") is english
    assert english.transcriber("transcribe") is parts.transcriber("transcribe") and not english.hears_as(parts)
    assert german.transcriber("transcribe") is not parts.transcriber("transcribe") and german.hears_as(parts)


def test_enrolled_voices_stay_what_they_are(fake_model: Path, flat: Path) -> None:
    folder = ModelFolder(fake_model)
    for source, is_same in ((f"en={flat}", True), (str(flat), False)):
        worn = load_adapters([source], folder)
        assert OriginOf(folder, "speaker", worn=worn).is_same(OriginOf(folder, "speaker").origin) is is_same


def test_two_languages_may_change_the_same_but_not_what_is_always_worn(fake_model: Path, flat: Path) -> None:
    folder = ModelFolder(fake_model)
    worn = load_adapters([f"en={flat}", f"de={flat}"], folder)
    assert sorted(worn.by_language) == ["de", "en"] and not worn.mark(["encoder.onnx"])
    with pytest.raises(ValueError, match="both change 1 weights"):
        load_adapters([flat, f"de={flat}"], folder)


def test_what_cannot_be_worn_for_a_language(fake_model: Path, flat: Path) -> None:
    with pytest.raises(ValueError, match="no language to wear one for: write cs=NAME"):
        load_adapters([f"xx={flat}"], ModelFolder(fake_model))
    heads = Adapter("mood", "fake", {}, {}, {"mood.onnx": b"x"})
    with pytest.raises(ValueError, match=r"worn for en alone .* mood \(mood.onnx\) brings heads"):
        Adapters((), {"en": [heads]})


def test_a_file_may_have_an_equals_sign(fake_model: Path, flat: Path) -> None:
    path = flat.rename(flat.with_name("xx=flat.npz"))
    assert load_adapters([path], ModelFolder(fake_model)).mark(["encoder.onnx"])
