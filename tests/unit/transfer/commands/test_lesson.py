from __future__ import annotations

import numpy as np
import pytest

from allears.transfer.commands import lesson
from allears.transfer.commands.lesson import hear_all, say_all, units_of
from allears.transfer.commands.voices import Voice

NAMES = ("", "\u2581", *"abcdefghijklmnopqrstuvwxyz")
VOICES = [Voice("flite", "slt"), Voice("flite", "rms")]


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Voice]]:
    """Everything is said as noise of a fifth of a second; `fail` is not."""
    calls: list[tuple[str, Voice]] = []

    def speak(text: str, voice: Voice, how: object) -> np.ndarray:
        if text == "fail":
            raise ValueError("no voice today")
        calls.append((text, voice))
        return np.random.default_rng(len(text)).normal(0, 0.1, 3_200).astype(np.float32)

    monkeypatch.setattr(lesson, "speak", speak)
    return calls


def test_texts_come_in_order_and_failures_are_counted(spoken, caplog: pytest.LogCaptureFixture) -> None:
    said = list(say_all(["a", "fail", "b", "c"], VOICES, 0))
    assert [text for text, _ in said] == ["a", "b", "c"]
    assert "1 of 4 sentences were not spoken" in caplog.text
    assert list(say_all([], VOICES, 0)) == []


def test_voices_that_say_nothing_end_it(spoken) -> None:
    with pytest.raises(ValueError, match="no voice says anything: no voice today"):
        list(say_all(["fail"] * 12, VOICES, 0))


def test_who_says_what_follows_from_the_seed(spoken) -> None:
    for seed in (1, 1, 2):
        list(say_all(["a"] * 8, VOICES, seed))
    first, again, other = (sorted(str(v) for _, v in spoken[at : at + 8]) for at in (0, 8, 16))
    assert first == again
    assert set(first) | set(other) == {"flite slt", "flite rms"}


def test_units_of_a_text() -> None:
    assert units_of("a b", NAMES) == (2, 1, 3)
    assert units_of("\u00e9", NAMES) == units_of("e", NAMES)
    assert units_of("\u03c9", NAMES) is None


def test_lessons_have_the_frames_of_the_sound(spoken, caplog: pytest.LogCaptureFixture) -> None:
    texts = ["ab", "\u03c9", "a" * 400]

    def hear(audio: np.ndarray) -> np.ndarray:
        return np.ones((-(-len(audio) // 320) + 5, 3), np.float32)

    lessons = list(hear_all(say_all(texts, VOICES, 0), NAMES, hear, samples_per_frame=320))
    assert [one.text for one in lessons] == ["ab"]
    assert lessons[0].features.shape == (lessons[0].num_frames + 5, 3)
    assert "2 sentences have letters the head has not, or were too fast" in caplog.text
