"""Rows of a manifest become ids: phones with silence around them, letters after them, some of them hidden."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.data.augment import Augmenter, AugmentPlan
from allears.data.inputs.phones import PhonesInput, hidden_id, phones
from allears.data.manifest import Clip
from allears.voice_spec import SpeakingVoice, VoiceSpec

SPEC = VoiceSpec(
    "v", 24_000, 300, 1_200, 80, ("", "a", "b"), ("", "x", "y"), ("en-GB", "en-US"), (SpeakingVoice("heart", "en-US"),)
)
SEED = (0, 0, 0)


def _clip(audio: str = "none", **labels: object) -> Clip:
    return Clip("c", Path(audio), labels=labels)


def test_phones_voice_and_dialect() -> None:
    heard = PhonesInput(SPEC).read(_clip(phones="ba", speaker="heart", accent="en-US"), SEED)
    assert heard.audio.tolist() == [[0, 1, 2], [2, 1, 2], [1, 1, 2], [0, 1, 2]]
    assert heard.audio.dtype == np.int64
    assert heard.hidden is None and not len(heard.clean)


def test_letters_come_after_the_hidden_sign_and_what_is_not_said_is_0() -> None:
    heard = PhonesInput(SPEC).read(_clip(letters="yx"), SEED)
    assert heard.audio.tolist() == [[5, 0, 0], [4, 0, 0]]


def test_only_rows_without_sound_are_hidden_the_same_for_a_draw(tmp_path: Path) -> None:
    reader = PhonesInput(SPEC, hide=0.5)
    heard, again = (reader.read(_clip(phones="ab" * 20), SEED) for _ in range(2))
    assert heard.hidden is not None and 5 < heard.hidden.sum() < 37
    assert (heard.audio[heard.hidden, 0] == hidden_id(SPEC)).all()
    assert np.array_equal(heard.audio, again.audio)
    assert not np.array_equal(heard.audio, reader.read(_clip(phones="ab" * 20), (0, 1, 0)).audio)
    soundfile.write(tmp_path / "a.wav", np.full(600, 0.5), 24_000)
    said = reader.read(_clip(str(tmp_path / "a.wav"), phones="ab", teacher="a.npz"), SEED)
    assert said.hidden is None and len(said.clean) == 600


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({}, "neither `phones` nor `letters`"),
        ({"phones": "aQ"}, "'Q' is not in the alphabet of v"),
        ({"phones": "a", "speaker": "bella"}, "speaker 'bella' is none of heart"),
        ({"phones": "a", "accent": "fr-CA"}, "accent 'fr-CA' is none of en-GB, en-US"),
    ],
)
def test_what_the_spec_does_not_know_is_refused(labels: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        PhonesInput(SPEC).read(_clip(**labels), SEED)


def test_the_builder_reads_the_spec_and_refuses_augmentation(tmp_path: Path) -> None:
    (tmp_path / "voice.json").write_text(SPEC.to_json(), encoding="utf-8")
    assert phones(spec=str(tmp_path / "voice.json"), augmenter=None).spec == SPEC
    with pytest.raises(ValueError, match="no spec of voices at"):
        phones(spec=str(tmp_path / "nothing.json"), augmenter=None)
    with pytest.raises(ValueError, match="cannot be augmented"):
        phones(spec=str(tmp_path / "voice.json"), augmenter=Augmenter(AugmentPlan()))
