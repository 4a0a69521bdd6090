"""The computer's volume."""

from __future__ import annotations

from collections.abc import Callable

from allears.assistant.clients.mixer import Mixer, MixerError, find_mixer
from allears.assistant.skill import Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS

__all__ = ["volume"]

_STEP = 10  # percent
_GRAMMAR = """
intents:
  HassSetVolume:
    data:
      - sentences:
          - "(set|turn|change|put) [the] (volume|sound) [up|down] to {volume:volume_level}[ percent]"
          - "volume [to|at] {volume:volume_level}[ percent]"
  HassSetVolumeRelative:
    data:
      - sentences:
          - "(louder|volume up|make it louder)"
          - "turn [the (volume|sound|music)|it] up"
          - "turn up [the] volume"
        slots: {volume_step: up}
      - sentences:
          - "(quieter|softer|volume down|make it (quieter|softer))"
          - "turn [the (volume|sound|music)|it] down"
          - "turn down [the] volume"
        slots: {volume_step: down}
  HassMediaPlayerMute:
    data:
      - sentences: ["mute [it|the sound|the volume|the music]"]
  HassMediaPlayerUnmute:
    data:
      - sentences: ["unmute [it|the sound|the volume|the music]"]
lists:
  volume: {range: {from: 0, to: 100}}
"""


@SKILLS.register
def volume(tools: Tools, mixer: Callable[[], Mixer] = find_mixer) -> Skill:
    """The computer's volume, through wpctl, pactl or amixer."""
    del tools  # nothing is kept

    def level(request: Request) -> Reply:
        return _told(lambda: f"The volume is {mixer().set(request.values['volume_level'])} percent.")

    def step(request: Request) -> Reply:
        by = _STEP if request.values["volume_step"] == "up" else -_STEP

        def change() -> str:
            found = mixer()
            return f"The volume is {found.set(found.get() + by)} percent."

        return _told(change)

    def mute(is_muted: bool) -> Reply:
        def change() -> str:
            mixer().mute(is_muted)
            return "Muted." if is_muted else "The sound is on again."

        return _told(change)

    handlers = {
        "HassSetVolume": level,
        "HassSetVolumeRelative": step,
        "HassMediaPlayerMute": lambda request: mute(True),
        "HassMediaPlayerUnmute": lambda request: mute(False),
    }
    meanings: dict[str, tuple[str, dict[str, str]]] = {"audio_volume_mute": ("HassMediaPlayerMute", {})}
    return Skill("volume", _GRAMMAR, handlers, ("set the volume to 40 percent", "louder"), meanings=meanings)


def _told(change: Callable[[], str]) -> Reply:
    try:
        return Reply(change())
    except MixerError as error:
        return Reply("I cannot change the volume here.", note=f"volume: {error}")
