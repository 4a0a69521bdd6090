"""What is expected of whoever speaks: words of all, and those of one voice only when it speaks.

In: a lexicon, what the session expects besides, and who speaks as far as was heard. Out: the bias for a text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from allears.biasing.bias import Bias
from allears.biasing.biasing import Biasing
from allears.personal.lexicon import Lexicon

__all__ = ["ByVoice", "expected"]


@lru_cache(maxsize=32)
def expected(lexicon: Lexicon, biasing: Biasing | None, voice: str = "") -> Biasing | None:
    """What is expected of a voice; kept, since finding words by their spelling is prepared once for all clips."""
    return lexicon.expected(biasing, voice)


class ByVoice:
    """An `Expectation` (`biasing/look.py`).

    Args:
        lexicon: of the user.
        biasing: what is expected besides.
        speaker: gives the id of the voice that speaks; empty if it is no enrolled one. Asked for each window.
    """

    def __init__(self, lexicon: Lexicon, biasing: Biasing | None, speaker: Callable[[], str]) -> None:
        self._lexicon, self._biasing, self._speaker = lexicon, biasing, speaker

    def pick(self, text: str, language: str) -> Bias | None:
        """The bias for a text; None if nothing is expected."""
        found = expected(self._lexicon, self._biasing, self._speaker())
        return None if found is None else found.pick(text, language)
