"""The volume, with mixers that are not there and one that is made up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from allears.assistant.assistant import Assistant
from allears.assistant.clients.mixer import Mixer, MixerError, find_mixer
from allears.assistant.settings import Settings
from allears.assistant.skill import Tools
from allears.assistant.skills.volume import volume
from allears.assistant.store import Store


class Amixer:
    """As `amixer` prints it."""

    def __init__(self) -> None:
        self.level, self.is_on = 35, True

    def __call__(self, command: Sequence[str]) -> str:
        value = command[-1]
        if command[1] == "sset":
            self.level = int(value[:-1]) if value.endswith("%") else self.level
            self.is_on = value != "mute"
        return f"  Front Left: Playback 24000 [{self.level}%] [{'on' if self.is_on else 'off'}]"


def test_it_is_set_and_changed() -> None:
    mixer = Amixer()
    skill = volume(Tools(Store(":memory:"), Settings()), lambda: Mixer("amixer", mixer))
    assistant = Assistant([skill])
    said = [assistant.hear_text(text).text for text in ("Set the volume to 40%.", "louder", "turn it down", "mute")]
    assert said == ["The volume is 40 percent.", "The volume is 50 percent.", "The volume is 40 percent.", "Muted."]
    assert (mixer.level, mixer.is_on) == (40, False)


@pytest.mark.parametrize(
    ("name", "printed", "level"),
    [("wpctl", "Volume: 0.45 [MUTED]\n", 45), ("pactl", "Volume: front-left: 32768 /  50% / -18 dB", 50)],
)
def test_each_mixers_words_are_read(name: str, printed: str, level: int) -> None:
    assert Mixer(name, lambda command: printed).get() == level


def test_without_a_mixer_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(MixerError, match="wpctl, pactl, amixer"):
        find_mixer()
    answer = Assistant([volume(Tools(Store(":memory:"), Settings()))]).hear_text("louder")
    assert answer.text == "I cannot change the volume here."
    assert "is installed" in answer.note


def test_a_mixer_that_talks_nonsense_is_told() -> None:
    with pytest.raises(MixerError, match="no volume"):
        Mixer("pactl", lambda command: "Connection refused").get()
