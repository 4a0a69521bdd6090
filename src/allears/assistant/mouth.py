"""Speaks replies: the first sentence at once, the others behind it, all of it until somebody says stop.

In: texts. Out: sound at a player. It knows what it is saying, so that an echo of it is not taken for somebody else.
"""

from __future__ import annotations

import logging
import threading
import time

from allears.assistant.manners import ENGLISH, USUAL, Manner
from allears.assistant.player import Player
from allears.assistant.voice import Voice, VoiceError
from allears.speaking.sentences import sentences

__all__ = ["Mouth"]

log = logging.getLogger(__name__)

_ECHO_S = 1.0  # what was said may still be heard so long after it


class Mouth:
    """See the module.

    Args:
        voice: that speaks; None for text alone.
        player: that is heard.
        is_waiting: speak to the end before going on, for a file; else in the background.
    """

    def __init__(self, voice: Voice | None, player: Player, *, is_waiting: bool = False) -> None:
        self._voice, self._player, self._is_waiting = voice, player, is_waiting
        self._turn, self._is_busy, self._said = 0, False, ""
        self._quiet_at = 0.0

    @property
    def is_speaking(self) -> bool:
        """Whether a reply is heard now."""
        is_now = self._is_busy or self._player.is_playing
        if is_now:
            self._quiet_at = time.monotonic()
        return is_now

    @property
    def said(self) -> str:
        """What may be heard of it now; empty if nothing."""
        return self._said if self.is_speaking or time.monotonic() - self._quiet_at < _ECHO_S else ""

    def say(self, text: str, manner: Manner = USUAL) -> bool:
        """Speak a text in place of what is spoken; whether its first sentence is at the player."""
        self.stop()
        parts = sentences(text, ENGLISH)
        if self._voice is None or not parts:
            return False
        self._said, turn = text, self._turn
        if not self._speak(parts[0], manner, turn):
            return False
        if self._is_waiting:
            for part in parts[1:]:
                self._speak(part, manner, turn)
        elif parts[1:]:
            self._is_busy = True
            threading.Thread(target=self._rest, args=(parts[1:], manner, turn), daemon=True).start()
        return True

    def stop(self) -> bool:
        """Be quiet; whether it was not."""
        was_speaking = self.is_speaking
        self._turn += 1
        self._is_busy, self._said = False, ""
        self._player.stop()
        return was_speaking

    def _rest(self, parts: list[str], manner: Manner, turn: int) -> None:
        for part in parts:
            if turn != self._turn:
                return
            self._speak(part, manner, turn)
        if turn == self._turn:
            self._is_busy = False

    def _speak(self, text: str, manner: Manner, turn: int) -> bool:
        assert self._voice is not None
        try:
            samples = self._voice.say(text)
        except VoiceError as error:
            log.warning("%s", error)
            return False
        if turn == self._turn:  # nobody said stop meanwhile
            self._player.play(manner.gain * samples, self._voice.sample_rate)
        return turn == self._turn
