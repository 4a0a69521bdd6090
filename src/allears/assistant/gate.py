"""Whether an utterance is meant for the assistant: always, or for a while after its wake word.

In: wake words, utterances, replies; times are seconds of the stream. Out: yes or no.
"""

from __future__ import annotations

__all__ = ["Gate"]

_OPEN_S = 8.0  # after the wake word, and after a question


class Gate:
    """See the module.

    Args:
        is_always: no wake word is needed.
        open_s: how long it stays open.
    """

    def __init__(self, *, is_always: bool, open_s: float = _OPEN_S) -> None:
        self._is_always, self._open_s = is_always, open_s
        self._from_s = self._until_s = float("-inf")

    def open(self, at_s: float, since_s: float | None = None) -> None:
        """Open it; also for the utterance that `since_s` is in, if the wake word was said there."""
        self._from_s = at_s if since_s is None else since_s
        self._until_s = at_s + self._open_s

    def close(self) -> None:
        """Until the next wake word."""
        self._until_s = float("-inf")

    def lets_in(self, start_s: float, end_s: float) -> bool:
        """Whether an utterance is meant for us."""
        return self._is_always or (start_s <= self._until_s and end_s >= self._from_s)
