from __future__ import annotations

import numpy as np

from allears.decode.answers import Embedding
from allears.meeting.diarize import Diarization, Stretch
from allears.meeting.naming import name_speakers
from allears.runtime.result import Nearest
from tests.unit.meeting.made import voice

FOUND = Diarization(
    (Stretch(0, 0.0, 2.0), Stretch(1, 2.0, 3.0), Stretch(0, 3.0, 4.0), Stretch(2, 4.0, 5.0)),
    np.stack([voice(1), voice(2), voice(3)]).astype(np.float32),
)


def _nearest(*answers: Nearest | None) -> object:
    by_voice = dict(zip((v.tobytes() for v in FOUND.voices), answers, strict=True))
    return lambda embedding: by_voice[embedding.vector.tobytes()]


def test_strangers_are_numbered() -> None:
    speakers, spoken = name_speakers(FOUND, lambda _: None)
    assert [(one.id, one.name, one.speech_s) for one in speakers] == [
        ("S1", "Speaker 1", 3.0),
        ("S2", "Speaker 2", 1.0),
        ("S3", "Speaker 3", 1.0),
    ]
    assert [one.speaker for one in spoken] == ["S1", "S2", "S1", "S3"]


def test_a_match_gives_its_name_a_borderline_only_a_hint() -> None:
    ann, bob = Nearest("Ann", 0.8, True, False, "a"), Nearest("Bob", 0.5, False, True, "b")
    speakers, _ = name_speakers(FOUND, _nearest(None, ann, bob))  # type: ignore[arg-type]
    assert [(one.name, one.is_known, one.maybe) for one in speakers] == [
        ("Speaker 1", False, ""),
        ("Ann", True, ""),
        ("Speaker 3", False, "Bob"),
    ]


def test_an_enrolled_voice_names_one_speaker_the_most_alike() -> None:
    near, nearer = Nearest("Ann", 0.7, True, False, "a"), Nearest("Ann", 0.9, True, False, "a")
    speakers, _ = name_speakers(FOUND, _nearest(near, None, nearer))  # type: ignore[arg-type]
    assert [one.name for one in speakers] == ["Speaker 1", "Speaker 2", "Ann"]
    assert speakers[0].maybe == "Ann"


def test_the_voice_is_kept() -> None:
    speakers, _ = name_speakers(FOUND, lambda _: None)
    assert speakers[1].voice.similarity(Embedding(FOUND.voices[1])) > 0.999
