"""A voice's spec survives its file, and refuses what would mix up ids."""

from __future__ import annotations

import json

import pytest

from allears.voice_spec import SILENCE, SpeakingVoice, VoiceSpec

SPEC = VoiceSpec(
    "v", 24_000, 300, 1_200, 80, ("", "a", "b"), ("", "x"), ("en-US",), (SpeakingVoice("heart", "en-US", "female"),)
)


def test_round_trip() -> None:
    back = VoiceSpec.from_json(SPEC.to_json())
    assert back == SPEC
    assert isinstance(back.alphabet, tuple) and isinstance(back.voices[0], SpeakingVoice)
    assert back.frame_shift_s == pytest.approx(0.0125)


def test_phones_have_silence_around_them_and_strangers_are_left_out() -> None:
    assert SPEC.phone_ids("b?a") == [SILENCE, 2, 1, SILENCE]


def test_what_a_newer_or_another_program_wrote_is_refused() -> None:
    data = json.loads(SPEC.to_json())
    with pytest.raises(ValueError, match="spec version 9, this allears reads up to 1: upgrade"):
        VoiceSpec.from_json(json.dumps(data | {"format": 9}))
    for text in ("[]", "{}", "no", json.dumps({"format": 1, "name": "x"})):
        with pytest.raises(ValueError, match="not the spec of a speaking model"):
            VoiceSpec.from_json(text)


def test_names_that_stand_twice_and_strange_dialects_are_refused() -> None:
    data = json.loads(SPEC.to_json())
    with pytest.raises(ValueError, match="alphabet names something twice"):
        VoiceSpec.from_json(json.dumps(data | {"alphabet": ["", "a", "a"]}))
    with pytest.raises(ValueError, match="voices speak en-US, the model has fr-CA"):
        VoiceSpec.from_json(json.dumps(data | {"dialects": ["fr-CA"]}))
