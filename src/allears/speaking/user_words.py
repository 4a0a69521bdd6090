"""How the user's own words are said: `Szabó` as `sabo`, if that is what it sounds like (`allears words`).

In: the folder of the user's words. Out: word in lower case -> how it would be spelt by ear.
"""

from __future__ import annotations

from pathlib import Path

from allears.personal.words import WordStore

__all__ = ["spoken_as"]


def spoken_as(source: bool | str | Path) -> dict[str, str]:
    """Words and what they sound like.

    Args:
        source: true for the user's own words, false for none, or the folder that holds `words`.
    """
    if source is False:
        return {}
    store = WordStore(None if source is True else Path(source) / "words")
    return {word.phrase.casefold(): word.sounds_like[0] for word in store.load() if word.sounds_like}
