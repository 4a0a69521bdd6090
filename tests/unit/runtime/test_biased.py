"""Hotwords and domains reach the text decoder; `auto` answers the domain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allears.decode.answers import Choice
from allears.runtime.biased import biasing_of
from allears.runtime.parts import Parts
from allears.runtime.session import Session

Sounds = Callable[..., np.ndarray]


@pytest.fixture
def given(fake_decoder: type, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What each call of the text decoder was told to expect."""
    told: list[Any] = []
    transcriber = Parts.transcriber

    class Noting:
        def __init__(self, decoder: Any) -> None:
            self.start, self._decoder = decoder.start, decoder

        def listen(self, window: Any, *, bias: Any = None, **options: Any) -> Any:
            told.append(bias)
            return self._decoder.listen(window, **options)

    monkeypatch.setattr(Parts, "transcriber", lambda self, name: Noting(transcriber(self, name)))
    return told


def test_nothing_is_expected() -> None:
    assert biasing_of(None, None) is None


def test_of_a_session_or_of_a_clip(fake_model: Path, given: list[Any], sounds: Sounds) -> None:
    session = Session(fake_model, num_threads=1, hotwords=["Ada"])
    clip = sounds(0.5, "low", 0.5)
    assert "domain" not in session.hear(clip).answers
    session.hear(clip, hotwords=["Bob"], domain="music")
    Session(fake_model, num_threads=1).hear(clip)
    first, second, third = given
    assert first.pick("x", "en").bonus("ada") > 0
    assert second.pick("x", "en").bonus("bob") > 0 and second.pick("x", "en").bonus("playlist") > 0
    assert third is None


def test_auto_answers_the_domain(fake_model: Path, given: list[Any], sounds: Sounds) -> None:
    session = Session(fake_model, num_threads=1, domain="auto")
    answer = session.hear(sounds(0.5, "low", 0.5)).answers["domain"]
    assert isinstance(answer, Choice) and "music" in answer.probabilities
    assert given[0].is_auto
    assert "domain" not in session.hear(sounds(0.5, "low", 0.5), tasks=["speech"]).answers


def test_what_cannot_be_used(fake_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown domain 'sport'"):
        Session(fake_model, domain="sport")
    with pytest.raises(FileNotFoundError):
        Session(fake_model, hotwords=tmp_path / "none.txt")
