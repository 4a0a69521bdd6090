"""New frames are judged once, in order, with a little audio after them."""

from __future__ import annotations

import numpy as np
import pytest

from allears.runtime.stream_options import StreamOptions
from allears.runtime.stream_sound import Sound
from allears.runtime.stream_speech import speech_of_new_frames
from tests.unit.runtime.stream_fakes import RATE, FakeEar, said

OPTIONS = StreamOptions()


@pytest.mark.parametrize("hop", [320, 1600, 1920, 5000])
def test_every_frame_is_judged_once(hop: int) -> None:
    audio, fake, sound, found = said(0.5, "one", 0.3, "two", 0.51), FakeEar(), Sound(), np.zeros(0, np.float32)
    for at in range(0, len(audio), hop):
        sound = sound.plus(audio[at : at + hop], keep_from=sound.end - 2 * RATE)
        is_last = at + hop >= len(audio)
        found = np.append(found, speech_of_new_frames(sound, len(found), fake.ear, OPTIONS, is_last=is_last))
        assert is_last or len(found) == max(0, sound.end // 320 - 4)
    assert np.array_equal(found, fake.speech(audio))


def test_only_the_latest_audio_is_heard() -> None:
    fake, asked = FakeEar(), []
    ear = type(fake.ear)(lambda a: (asked.append(len(a)), fake.speech(a))[1], None, fake.hear, 320, 0.5, 28.0)
    speech_of_new_frames(Sound(said("one", "two", "one", "two", "one")), 90, ear, OPTIONS, is_last=False)
    assert asked == [14_400]


def test_digital_silence_is_not_heard() -> None:
    fake = FakeEar()
    sound = Sound(np.concatenate([said("one"), np.zeros(RATE, np.float32)]))
    assert not speech_of_new_frames(sound, 20, fake.ear, OPTIONS, is_last=False).any()
    assert fake.num_looks == 0
