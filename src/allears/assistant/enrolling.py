"""Remembers a stranger who said yes: the voice of the utterances, under the name that was said.

In: a name, embeddings. Out: an enrolled voice, or why not. A name that is taken is refused: nobody may become somebody
else by saying their name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from allears.decode.answers import Embedding
from allears.personal.agree import odd_clips
from allears.runtime.voices import Voices

__all__ = ["Enroller"]


class Enroller:
    """See the module.

    Args:
        load: gives the voices there are, anew each time.
    """

    def __init__(self, load: Callable[[], Voices]) -> None:
        self._load = load

    def is_taken(self, name: str) -> bool:
        """Whether somebody of that name is enrolled."""
        return any(voice.name.casefold() == name.casefold() for voice in self._load().voices)

    def enroll(self, name: str, embeddings: Sequence[Embedding]) -> bool:
        """Remember the voice; false if the utterances sound like several people's."""
        voices = self._load()
        if odd_clips(embeddings, voices.low):
            return False
        voices.enroll(name, embeddings)
        return True
