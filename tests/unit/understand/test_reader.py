from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from allears.runtime.onnx_file import ModelError
from allears.understand import Reader
from tests.unit.understand.conftest import Trained


@pytest.fixture(scope="module")
def reader(trained: Trained) -> Reader:
    return Reader(trained.model)


def test_a_sentence_is_understood(reader: Reader) -> None:
    meaning = reader.read("light on in the kitchen")
    assert (meaning.label_set, meaning.domain, meaning.intent) == ("home", "home", "on")
    assert meaning.values == {"room": "kitchen"}
    assert 0.9 < meaning.confidence <= 1
    assert meaning.is_in_scope is (meaning.scope_margin >= 0)
    assert meaning.scope_margin > reader.read("is the moon rock").scope_margin
    (slot,) = meaning.slots
    assert meaning.text[slot.start : slot.end] == "kitchen" and 0 < slot.probability <= 1


def test_case_and_punctuation_change_nothing_but_places(reader: Reader) -> None:
    plain, written = reader.read("light on in the kitchen"), reader.read('Light ON, in the "Kitchen"!')
    assert written.intent == plain.intent and written.confidence == pytest.approx(plain.confidence)
    assert written.values == {"room": "Kitchen"}


def test_a_set_can_be_asked_for(reader: Reader) -> None:
    assert reader.read("light on", label_set="music").intent in ("play", "stop")
    with pytest.raises(ValueError, match="it has home, music"):
        reader.read("light on", label_set="jazz")


def test_a_value_that_the_intent_never_has_is_not_given(reader: Reader) -> None:
    assert reader.spec.set_named("home").slots_of["weather"] == ()
    meaning = reader.read("what is the weather in the kitchen")
    assert meaning.intent == "weather" and meaning.slots == ()


@pytest.mark.parametrize("text", ["", " \n"])
def test_no_words_no_meaning(reader: Reader, text: str) -> None:
    meaning = reader.read(text)
    assert meaning.intent is None and meaning.domain is None and not meaning.is_in_scope and meaning.slots == ()


@pytest.mark.parametrize(
    "text", ["light on " * 100, "x" * 5000, "\u4e2d\u6587 \U0001f3b5 \x00 \u202e", "' ' '", "\ud55c" * 21]
)
def test_any_text_can_be_read(reader: Reader, text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        meaning = reader.read(text)
    assert meaning.intent is not None
    assert ("words is too long" in caplog.text) == (len(text.split()) > 50)


def test_int8_and_fp32_say_the_same(trained: Trained, reader: Reader) -> None:
    exact = Reader(trained.model_fp32)
    for text in ("light on in the kitchen", "play the jazz song", "what is the weather in rome"):
        ours, theirs = reader.read(text), exact.read(text)
        assert (ours.intent, ours.values, ours.label_set) == (theirs.intent, theirs.values, theirs.label_set)
        assert ours.confidence == pytest.approx(theirs.confidence, abs=0.1)


def test_a_folder_that_is_none(tmp_path: Path, trained: Trained) -> None:
    with pytest.raises(ModelError, match=r"there is no .*understand.onnx"):
        Reader(tmp_path)
    broken = shutil.copytree(trained.model, tmp_path / "broken")
    with open(broken / "vocabulary.txt", "a") as file:
        file.write("more\n")
    with pytest.raises(ModelError, match="is damaged or was changed"):
        Reader(broken)
    (broken / "SHA256SUMS").unlink()
    (broken / "vocabulary.txt").write_text("a\n")
    with pytest.raises(ModelError, match="vocabulary of word pieces"):
        Reader(broken)


def test_an_onnx_file_of_something_else(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="writes ONNX files: install the extra `train`")
    model = onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], []))
    onnx.save(model, tmp_path / "understand.onnx")
    with pytest.raises(ModelError, match="no model of open language"):
        Reader(tmp_path)
