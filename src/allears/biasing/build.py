"""A pack from texts: what `allears domains build` and `recipes/base/domains.py` do.

In: sentences of a domain, and names in them if they are known. Out: `Pack`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from allears.biasing.ngram import NGram
from allears.biasing.pack import Pack
from allears.texts import plain_words

__all__ = ["build_pack"]

_PHRASE_WEIGHT = 0.25  # of a name: it was said in the domain, but not by this user
_FEWEST_TIMES = 2
_FEWEST_LETTERS = 4


def build_pack(
    name: str,
    texts: Iterable[str],
    *,
    names: Iterable[str] = (),
    phrases: Mapping[str, float] | None = None,
    language: str = "en",
    source: str = "",
    order: int = 3,
) -> Pack:
    """Count.

    Args:
        name: of the domain.
        texts: a sentence each.
        names: said in them, once each time; those said once, or of fewer than 4 letters, are left out.
        phrases: as they are to be written -> weight; kept as they are, beside the names.
        language: code of the texts.
        source: where they are from, and under what terms.
        order: of the n-gram.

    Raises:
        ValueError: no sentence has a word.
    """
    sentences = [words for text in texts if (words := plain_words(text).split())]
    if not sentences:
        raise ValueError(f"the domain {name!r} has no sentence: give texts of it, a sentence a line")
    times = Counter(plain_words(phrase) for phrase in names)
    often = sorted(p for p, count in times.items() if count >= _FEWEST_TIMES and len(p) >= _FEWEST_LETTERS)
    kept = dict.fromkeys(often, _PHRASE_WEIGHT) | dict(phrases or {})
    return Pack(name, language, NGram.count(sentences, order), kept, source)
