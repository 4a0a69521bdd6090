"""A known word with -s, -ed or -ing behind it: `walks`, `walked`, `walking` from `walk`.

In: a word, a dictionary. Out: its phones by the rules of English, or None.
The rules are misaki's; voices are taught with them (`recipes/voice/phones.py`).
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["VOWELS", "with_ending"]

VOWELS = frozenset("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵻ")
_ENDINGS = (("'s", ("",)), ("s", ("", "y<ie", "<e")), ("ed", ("", "e", "y<i", "<<")), ("ing", ("", "e", "<<")))


def with_ending(word: str, known: Callable[[str], str | None], dialect: str) -> str | None:
    """Phones of a word in lower case whose stem is known; None if it has no such ending, or its stem is not known."""
    for ending, stems in _ENDINGS:
        if not word.endswith(ending) or len(word) < len(ending) + 3 or (ending == "s" and word.endswith("ss")):
            continue
        for how in stems:
            stem = _stem(word[: -len(ending)], how)
            if stem and (said := known(stem)):
                return _ended(said, ending.lstrip("'"), is_us=dialect == "en-US")
    return None


def _stem(rest: str, how: str) -> str:
    """What a word was before its ending: `e` put back, `i` turned to `y`, a doubled letter halved, an `e` taken off."""
    if how in ("", "e"):
        return rest + how
    if how == "<<":
        return rest[:-1] if len(rest) > 3 and rest[-1] == rest[-2] else ""
    instead, gone = how.split("<")
    return rest.removesuffix(gone) + instead if rest.endswith(gone) else ""


def _ended(said: str, ending: str, *, is_us: bool) -> str:
    last = said[-1]
    if ending == "s":
        return said + ("ᵻz" if last in "szʃʒʧʤ" else "s" if last in "ptkfθ" else "z")
    if is_us and last == "t" and len(said) > 1 and said[-2] in VOWELS:
        said = said[:-1] + "ɾ"  # the tap of "waiting"
    if ending == "ing":
        return said + "ɪŋ"
    return said + ("ᵻd" if last in "td" else "t" if last in "pkfθsʃʧ" else "d")
