"""What was heard of an utterance, kept until the conversation asks about its text.

Home Assistant takes nothing but the text of a transcript, and sends that text back on another connection to have it
understood. Who said it, how, and what it commands was found by the same pass: it is looked up here by the text, once.

In: what was heard. Out: the same, for its text, while it is fresh.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from allears.assistant.heard import Heard
from allears.texts import plain_words

__all__ = ["Kept"]

_MOST = 64  # utterances; more are not waited for at the same time


class Kept:
    """See the module.

    Args:
        keep_s: how long, seconds.
        clock: seconds.
    """

    def __init__(self, keep_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._keep_s, self._clock = keep_s, clock
        self._heard: deque[tuple[float, str, Heard]] = deque(maxlen=_MOST)

    def keep(self, heard: Heard) -> None:
        """Keep an utterance that has words."""
        if words := plain_words(heard.text):
            self._heard.append((self._clock(), words, heard))

    def take(self, text: str) -> Heard | None:
        """The latest utterance of that text, which is then forgotten; None if there is none."""
        self._forget_old()
        words = plain_words(text)
        for entry in reversed(self._heard):
            if entry[1] == words:
                self._heard.remove(entry)
                return entry[2]
        return None

    def _forget_old(self) -> None:
        oldest = self._clock() - self._keep_s
        while self._heard and self._heard[0][0] < oldest:
            self._heard.popleft()
