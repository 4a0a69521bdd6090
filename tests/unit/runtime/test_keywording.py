"""Keywords in a session: in clips, in long ones, and in streams. The word is a high tone and then a low one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from allears.decode.embedding import unit
from allears.keywords import Keyword, Keywords, KeywordStore, Tail
from allears.runtime.keywording import keywords_of
from allears.runtime.session import Session
from allears.runtime.stream_events import KeywordHeard
from tests.unit.conftest import SPEC, tone

Sounds = Callable[..., np.ndarray]
DEMO = Path(__file__).parents[3] / "src" / "allears" / "assets" / "demo.flac"
TEMPLATE = unit(np.repeat(np.array([[1.0, 0.77], [1.0, 0.17]], np.float32), 20, axis=0))
TAIL = Tail(0.99, 0.001, 1.0)
WORD = Keyword("up down", "fake 1", (), (TEMPLATE,), 1, 1.0, {"examples": TAIL})


@pytest.fixture
def session(fake_model: Path, fake_decoder: type, tmp_path: Path) -> Session:
    return Session(fake_model, num_threads=1, voices=tmp_path / "voices", keywords=Keywords([WORD], SPEC))


def said(*starts_s: float, length_s: float) -> np.ndarray:
    """A low hum with the word at those times: high for 0.4 s, then low for 0.4 s, with silence around."""
    audio = tone(length_s, 300.0, level=0.001)
    for start_s in starts_s:
        first = round(start_s * 16_000)
        word = np.concatenate([tone(0.4, 2_000.0), tone(0.4, 440.0)])
        audio[first : first + len(word)] = word
    return audio


def test_a_clip_has_its_keywords_with_times(session: Session) -> None:
    result = session.hear(said(1.0, length_s=3.0))
    assert result.keywords is not None
    (hit,) = result.keywords
    assert (hit.keyword, hit.by) == ("up down", "examples")
    assert (hit.start_s, hit.end_s) == pytest.approx((1.0, 1.8), abs=0.15)
    assert hit.false_accepts_per_hour <= 1.0
    assert result.compute_s["keywords"] > 0
    assert result.text, "the other answers are there as well"


def test_without_the_keyword_there_is_none_and_without_asking_nothing(session: Session) -> None:
    audio = np.concatenate([tone(0.5), tone(0.5, 2_000.0)])
    assert session.hear(audio).keywords == ()
    assert session.hear(audio, keywords=False).keywords is None


def test_long_audio_gives_every_saying_once(session: Session) -> None:
    at = (1.0, 8.0, 15.0, 23.0)
    hits = session.hear(said(*at, length_s=26.0), tasks=["speech"]).keywords
    assert hits is not None
    assert [hit.start_s for hit in hits] == pytest.approx(at, abs=0.15)


def test_digital_silence_costs_nothing(session: Session) -> None:
    result = session.hear(np.zeros(16_000, np.float32), tasks=["speech"])
    assert result.keywords == ()
    assert "keywords" not in result.compute_s


@pytest.mark.parametrize("chunk", [1_234, 40_000])
def test_a_stream_tells_each_saying_once(session: Session, chunk: int) -> None:
    audio = said(1.0, 4.0, 6.4, length_s=7.3)
    stream = session.stream(language="en")
    events = [event for first in range(0, len(audio), chunk) for event in stream.feed(audio[first : first + chunk])]
    heard = [event for event in [*events, *stream.finish()] if isinstance(event, KeywordHeard)]
    assert [event.hit.start_s for event in heard] == pytest.approx([1.0, 4.0, 6.4], abs=0.15)
    assert all(event.at_s - event.hit.end_s < 0.7 for event in heard), "soon after its end"


def test_what_is_listened_for_may_be_a_folder(tmp_path: Path, fake_model: Path) -> None:
    KeywordStore(tmp_path).save(WORD)
    found = keywords_of(str(tmp_path), SPEC)
    assert found is not None
    assert [one.name for one in found.keywords] == ["up down"]
    assert keywords_of(None, SPEC) is keywords_of(False, SPEC) is None
    with pytest.raises(ValueError, match="is no folder of keywords"):
        Session(fake_model, keywords=tmp_path / "absent")


def test_the_users_own_are_those_of_the_folder_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEARS_KEYWORDS", str(tmp_path))
    KeywordStore().save(WORD)
    found = keywords_of(True, SPEC)
    assert found is not None
    assert len(found) == 1


def test_the_shipped_model_finds_a_word_by_its_spelling() -> None:
    session = Session(num_threads=1)
    spelt = Keyword("railway", "any", ("train",), tails={"spelling": Tail(-1.0, 0.1, 1.0)})
    keywords = Keywords([spelt], session.spec)
    result = session.hear(DEMO, tasks=["speech"], keywords=keywords)
    assert result.keywords is not None
    (hit,) = result.keywords
    assert (hit.keyword, hit.by) == ("railway", "spelling")
    assert list(result.answers) == ["speech"], "the head that spells is not answered"
    with_text = session.hear(DEMO, tasks=["ctc"], keywords=keywords)
    assert with_text.keywords == result.keywords, "a head that is asked for as well gives the same"
    assert with_text.spelled is not None
    (word,) = [word for word in with_text.spelled.words if word.text == "train"]
    assert (hit.start_s, hit.end_s) == pytest.approx((word.start_s, word.end_s), abs=0.2)
