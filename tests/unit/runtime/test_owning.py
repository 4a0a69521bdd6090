"""A session expects its user's words, writes by the rules, and asks who speaks only where it matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allears.personal import Lexicon, OwnWords, Rule, UserWord, WordStore
from allears.runtime.owning import own_words_of
from allears.runtime.session import Session
from tests.unit.conftest import FakeDecoder

Sounds = Callable[..., np.ndarray]


@pytest.fixture
def biases(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was expected at each window: words proposed for `benze`."""
    import allears.decode.transcript

    found: list[list[str]] = []

    class Listening(FakeDecoder):
        def listen(self, window: Any, *, bias: Any = None, **options: Any) -> Any:
            expected = None if bias is None else bias.pick("benze", "en")
            found.append([one.written for one in expected.propose(["benze"])] if expected else [])
            return super().listen(window, **options)

    monkeypatch.setattr(allears.decode.transcript, "TranscriptDecoder", Listening)
    return found


def _session(fake_model: Path, home: Path, **options: Any) -> Session:
    return Session(fake_model, num_threads=1, voices=home / "voices", user_words=home, **options)


def test_words_are_expected_where_the_session_was_told(
    fake_model: Path, tmp_path: Path, sounds: Sounds, biases: list[list[str]]
) -> None:
    session = _session(fake_model, tmp_path)
    session.hear(sounds("low"), tasks=["transcribe"])
    WordStore(tmp_path / "words").add(UserWord("Bencze"))
    session.hear(sounds("low"), tasks=["transcribe"])
    Session(fake_model, num_threads=1, voices=tmp_path).hear(sounds("low"), tasks=["transcribe"])
    assert biases == [[], ["Bencze"], []], "known at the next clip; not expected where nobody asked for it"


@pytest.mark.parametrize(("who", "found"), [("low", ["Bencze"]), ("high", [])])
def test_words_of_a_voice_are_expected_when_it_speaks(
    fake_model: Path, tmp_path: Path, sounds: Sounds, biases: list[list[str]], who: str, found: Sequence[str]
) -> None:
    from allears.runtime.model_folder import ModelFolder
    from allears.runtime.origin import OriginOf
    from allears.runtime.voices import Voices

    folder = ModelFolder(fake_model)
    session = _session(fake_model, tmp_path)
    speaker = session.hear(sounds("low"), tasks=["speaker"]).speaker
    assert speaker is not None
    voices = Voices.load(folder.spec, tmp_path / "voices", origin=OriginOf(folder, "speaker"))
    WordStore(tmp_path / "words").add(UserWord("Bencze", voice=voices.enroll("Ann", [speaker]).id))
    result = session.hear(sounds(who), tasks=["transcribe"])
    assert biases == [list(found)]
    assert set(result.answers) == {"transcribe"}, "who speaks was only asked for the words"


def test_what_is_always_misread_is_written_right(
    fake_model: Path, tmp_path: Path, sounds: Sounds, fake_decoder: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnWords(tmp_path)
    monkeypatch.setattr(own, "now", lambda: Lexicon(rules=(Rule("high", "Haifa", "de", 2),)))
    session = Session(fake_model, num_threads=1, voices=tmp_path, user_words=own)
    result = session.hear(sounds("high", 0.5, "low"), language="de")
    assert (result.text, [word.text for word in result.words]) == ("Haifa low", ["Haifa", "low"])
    assert session.hear(sounds("high"), language="en").text == "high", "the rule is of another language"


def test_where_the_words_are() -> None:
    assert own_words_of(None) is None
    assert own_words_of(False) is None
    own = OwnWords()
    assert own_words_of(own) is own
    with pytest.raises(ValueError, match="nowhere is no folder: give the one that holds"):
        own_words_of("nowhere")
