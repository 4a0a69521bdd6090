"""What a session was told to expect: hotwords, and one domain or whichever the text seems to be of.

In: what the user gave. Out: the `Bias` for a text and its language.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from allears.biasing.bias import Bias
from allears.biasing.detect import Detector
from allears.biasing.hotwords import Hotwords
from allears.biasing.pack import OTHER, Pack, find_pack, shipped
from allears.decode.answers import Choice
from allears.decode.words import UNSPACED

__all__ = ["AUTO", "Biasing"]

log = logging.getLogger(__name__)

AUTO = "auto"
_SURE = 0.6  # a domain less likely than this is not taken for granted


class Biasing:
    """Safe to share among threads.

    Args:
        hotwords: phrases, or the file of them; None for none.
        domain: a pack's name or file; `auto` for the one that fits; None for none.

    Raises:
        ValueError: a domain that does not exist, or hotwords that cannot be used.
        OSError: a file cannot be read.
    """

    def __init__(
        self,
        hotwords: str | Path | Iterable[str] | Mapping[str, float] | Hotwords | None = None,
        domain: str | Path | None = None,
    ) -> None:
        self._hotwords = Hotwords({}) if hotwords is None else Hotwords.of(hotwords)
        self.is_auto = domain == AUTO
        self._pack = None if domain is None or self.is_auto else find_pack(domain)
        self._told: set[str] = set()
        self._bias_of = cache(self._make)

    def pick(self, text: str, language: str) -> Bias | None:
        """The bias for a text; None if nothing of it is for its language."""
        if language in UNSPACED:
            self._tell(language, "is written without spaces, and hotwords and domains need words")
            return None
        pack = self._pack
        if self.is_auto:
            choice = self.choose(text)
            pack = shipped()[choice.label] if choice.probability >= _SURE and choice.label != OTHER else None
        if pack is not None and pack.language != language:
            self._tell(language, f"is not that of the domain {pack.name!r}, {pack.language!r}: the domain is not used")
            pack = None
        return self._bias_of(pack) if pack or self._hotwords.weights else None

    def choose(self, text: str) -> Choice:
        """Which of the domains that ship a text is of."""
        return _detector().choose(text)

    def with_words(self, weights: Mapping[str, float]) -> Biasing:
        """The same with more hotwords; one that is given twice keeps the weight it has here."""
        more = Biasing({**weights, **self._hotwords.weights})
        more.is_auto, more._pack = self.is_auto, self._pack
        return more

    def _make(self, pack: Pack | None) -> Bias:
        return Bias(self._hotwords.weights, pack)

    def _tell(self, language: str, what: str) -> None:
        """Once a language: it would be said of every window."""
        if language not in self._told:
            self._told.add(language)
            log.warning("the language %r %s", language, what)


@cache
def _detector() -> Detector:
    return Detector(shipped().values())
