"""Who is learned: its place in the spec, and the vectors that it begins with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allears.transfer.voice.newcomer import Newcomer, first_vectors, with_newcomer
from allears.voice_spec import SpeakingVoice, VoiceSpec

SPEC = VoiceSpec(
    "m", 24_000, 300, 1_200, 80, ("", "a"), ("", "x"), ("en-US", "en-GB"),
    (SpeakingVoice("ann", "en-US", "female"), SpeakingVoice("ben", "en-US", "male"), SpeakingVoice("cat", "en-GB")),
)  # fmt: skip
VOICES, DIALECTS = np.arange(12.0).reshape(6, 2), np.arange(8.0).reshape(4, 2)


def test_it_stands_behind_the_others() -> None:
    found = with_newcomer(SPEC, Newcomer("eve", "en-AU", "female", like_dialect="en-GB", licence="mine"))
    assert found.voices == (*SPEC.voices, SpeakingVoice("eve", "en-AU", "female"))
    assert found.dialects == ("en-US", "en-GB", "en-AU") and found.licences == ("eve: mine",)
    assert with_newcomer(SPEC, Newcomer("eve", "en-GB")).dialects == SPEC.dialects


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (Newcomer("ann", "en-US"), "voices ann, ben, cat: give the new one another name"),
        (Newcomer(" ", "en-US"), "another name than ' '"),
        (Newcomer("eve", "en-US", like="zoe"), "no voice 'zoe' to begin with"),
        (Newcomer("eve", "fr-FR"), r"'fr-FR' is new to the model: name the one of en-US, en-GB"),
    ],
)
def test_names_that_do_not_fit_are_refused(new: Newcomer, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_newcomer(SPEC, new)


def _first(new: Newcomer) -> tuple[list[float], list[float]]:
    voices, dialects = first_vectors(SPEC, new, VOICES, DIALECTS)
    np.testing.assert_array_equal(np.delete(voices, 4, axis=0), np.delete(VOICES, 4, axis=0))
    return voices[4].tolist(), dialects[3].tolist()


def test_it_begins_as_those_who_are_near() -> None:
    assert _first(Newcomer("eve", "en-US", "male"))[0] == VOICES[2].tolist()
    assert _first(Newcomer("eve", "en-US"))[0] == VOICES[1:3].mean(axis=0).tolist()
    assert _first(Newcomer("eve", "en-GB", "male"))[0] == VOICES[3].tolist()  # no man of that dialect
    assert _first(Newcomer("eve", "en-US", like="cat"))[0] == VOICES[3].tolist()


def test_a_new_dialect_begins_as_the_one_it_is_like() -> None:
    assert _first(Newcomer("eve", "en-AU", like_dialect="en-GB"))[1] == DIALECTS[2].tolist()
    assert _first(Newcomer("eve", "en-GB"))[1] == DIALECTS[3].tolist()  # as it was


def test_a_full_table_is_refused() -> None:
    with pytest.raises(ValueError, match="room for 3 voices and has them"):
        first_vectors(SPEC, Newcomer("eve", "en-US"), VOICES[:4], DIALECTS)
    full = replace(SPEC, dialects=("en-US", "en-GB", "x"))
    with pytest.raises(ValueError, match="room for 3 dialects"):
        first_vectors(full, Newcomer("eve", "y", like_dialect="x"), VOICES, DIALECTS)
