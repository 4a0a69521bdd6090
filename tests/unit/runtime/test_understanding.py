"""A session with a reader says what was meant, and writes the text for it whether that was asked for or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allears.formats.events import event_as_json
from allears.formats.json_ import as_json
from allears.runtime.model_folder import ModelFolder
from allears.runtime.onnx_file import ModelError
from allears.runtime.plan import make_plan
from allears.runtime.session import Session
from allears.runtime.stream_events import Final
from allears.runtime.understanding import reader_of, with_transcript
from allears.understand import Meaning, Reader, SlotValue

Sounds = Callable[..., np.ndarray]


class _Reader:
    """Means `tones` by everything that is said."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self, text: str) -> Meaning:
        self.texts.append(text)
        if not text:
            return Meaning(text, None, None, 0.0, None, 0.0, (), 0.0, False)
        slots = (SlotValue("tone", text.split()[0], 0, len(text.split()[0]), 0.9),)
        return Meaning(text, "home", "home", 0.8, "tones", 0.7, slots, 1.5, True)


@pytest.fixture
def reader() -> _Reader:
    return _Reader()


def test_the_transcript_is_understood(fake_model: Path, fake_decoder: type, sounds: Sounds, reader: _Reader) -> None:
    result = Session(fake_model, understand=reader).hear(sounds("low", 1.0, "high", 0.3))
    assert result.text == "low high" and reader.texts == ["low high"]
    assert result.meaning is not None
    assert (result.meaning.intent, result.meaning.values) == ("tones", {"tone": "low"})
    assert result.compute_s["understand"] >= 0
    data = as_json(result)["meaning"]
    assert data["intent"] == "tones" and data["slots"][0]["value"] == "low"


def test_the_text_is_only_a_help_where_nobody_asked(
    fake_model: Path, fake_decoder: type, sounds: Sounds, reader: _Reader
) -> None:
    session = Session(fake_model, tasks=["speech"], understand=reader)
    result = session.hear(sounds("low", 0.5))
    assert list(result.answers) == ["speech"] and result.text == ""
    assert result.meaning is not None and result.meaning.text == "low"
    assert "decoder.onnx" in [path.name for path in session.loaded_files]


def test_where_nobody_speaks_nothing_is_meant(fake_model: Path, fake_decoder: type, reader: _Reader) -> None:
    result = Session(fake_model, understand=reader).hear(np.zeros(32_000, np.float32))
    assert result.meaning is not None
    assert result.meaning.intent is None and not result.meaning.is_in_scope


def test_without_a_reader_there_is_no_meaning(fake_model: Path, fake_decoder: type, sounds: Sounds) -> None:
    result = Session(fake_model).hear(sounds("low", 0.5))
    assert result.meaning is None and "meaning" not in as_json(result)


def test_one_clip_may_be_read_by_somebody_else_or_nobody(
    fake_model: Path, fake_decoder: type, sounds: Sounds, reader: _Reader
) -> None:
    session, other = Session(fake_model, tasks=["speech"], understand=reader), _Reader()
    assert session.understands and not Session(fake_model).understands
    assert session.hear(sounds("low", 0.5), understand=False).meaning is None
    assert "decoder.onnx" not in [path.name for path in session.loaded_files]
    assert Session(fake_model).hear(sounds("low", 0.5), understand=other).meaning is not None
    assert (reader.texts, other.texts) == ([], ["low"])


def test_an_utterance_of_a_stream_is_understood(
    fake_model: Path, fake_decoder: type, sounds: Sounds, reader: _Reader
) -> None:
    stream = Session(fake_model, tasks=["speech"], understand=reader).stream(language="en")
    events = [*stream.feed(sounds(0.5, "low", "low", 2.0)), *stream.finish()]
    (final,) = [event for event in events if isinstance(event, Final)]
    assert final.result.meaning is not None and final.result.meaning.intent == "tones"
    assert event_as_json(final)["result"]["meaning"]["intent"] == "tones"


def test_a_plan_that_writes_text_stays(fake_model: Path) -> None:
    spec = ModelFolder(fake_model).spec
    plan = make_plan(spec, ["transcribe"], is_language_known=True)
    assert with_transcript(plan, spec, is_language_known=True) is plan
    helped = with_transcript(make_plan(spec, ["speech"], is_language_known=True), spec, is_language_known=True)
    assert (helped.transcribe, helped.asked) == ("transcribe", ("speech", "transcribe"))


def test_a_model_that_writes_nothing_cannot_understand(fake_model: Path) -> None:
    spec = ModelFolder(fake_model).spec
    spec = replace(spec, tasks=tuple(task for task in spec.tasks if task.name == "speech"))
    with pytest.raises(ValueError, match="the model 'fake' has speech, and what is understood has to be transcribed"):
        with_transcript(make_plan(spec, ["speech"], is_language_known=True), spec, is_language_known=True)


def test_a_reader_is_a_folder_or_itself(reader: _Reader, tmp_path: Path) -> None:
    assert reader_of(None) is None
    assert reader_of(reader) is reader
    with pytest.raises(ModelError, match="give the folder of a model of open language"):
        reader_of(tmp_path)


def test_the_folder_of_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALLEARS_UNDERSTAND", str(tmp_path))
    with pytest.raises(ModelError, match=str(tmp_path / "understand.onnx")):
        Reader()
