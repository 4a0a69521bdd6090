"""Words that always work, before any skill and without one: be quiet, and never mind.

In: what was said. Out: which of the two it is, if it is nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from allears.texts import plain_words

__all__ = ["local_word", "without"]

_STOP = frozenset(
    ("stop", "quiet", "be quiet", "silence", "stop it", "stop talking", "shut up", "enough", "hush", "stop that",
     "that's enough", "stop stop", "stop please", "please stop")
)  # fmt: skip
_NEVER_MIND = frozenset(("never mind", "nevermind", "forget it", "cancel", "cancel that"))


def local_word(text: str) -> Literal["stop", "never mind"] | None:
    """Which of the local words the whole text is; None for any other text."""
    said = plain_words(text)
    return "stop" if said in _STOP else "never mind" if said in _NEVER_MIND else None


def without(names: Iterable[str], text: str) -> str:
    """The text without the assistant's name at its start: `Computer, stop.` -> `stop`."""
    said = text.strip()
    for name in names:
        head, rest = said[: len(name)], said[len(name) :]
        if head.casefold() == name.casefold() and not rest[:1].isalnum():
            return rest.lstrip(" ,.!?;:")
    return said
