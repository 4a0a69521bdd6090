"""English spelling to phones, roughly: what a word that is in no lexicon may sound like.

In: a plain word. Out: phones of the CMU Pronouncing Dictionary, without stress; none where a letter is not English.
Rules are tried at each letter, the longest first, as in Elovitz et al. 1976, "Letter-to-Sound Rules for Automatic
Translation of English Text to Phonetics"; ours are few: groups of letters, soft c and g, and the silent e that makes
the vowel before it long. It is a stand-in: the dictionary is right, this is a guess.
"""

from __future__ import annotations

__all__ = ["guess"]

_GROUPS = {
    "tion": "SH AH N", "sion": "ZH AH N", "ture": "CH ER", "ought": "AO T", "aught": "AO T", "igh": "AY", "tch": "CH",
    "dge": "JH", "eigh": "EY", "ough": "OW", "sch": "S K", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "wh": "W",
    "ck": "K", "ng": "NG", "qu": "K W", "kn": "N", "wr": "R", "gh": "G", "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW",
    "ow": "OW", "oi": "OY", "oy": "OY", "ai": "EY", "ay": "EY", "ei": "EY", "ey": "IY", "ie": "IY", "oa": "OW",
    "au": "AO", "aw": "AO", "ew": "Y UW", "ue": "UW", "ar": "AA R", "er": "ER", "ir": "ER", "or": "AO R", "ur": "ER",
    "ll": "L", "ss": "S", "tt": "T", "nn": "N", "mm": "M", "pp": "P", "bb": "B", "dd": "D", "ff": "F", "gg": "G",
    "rr": "R", "zz": "Z", "cc": "K",
}  # fmt: skip
_LETTERS = {
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K",
    "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V",
    "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
_NAMES = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY", "h": "EY CH", "i": "AY",
    "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N", "o": "OW", "p": "P IY", "q": "K Y UW",
    "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW", "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S",
    "y": "W AY", "z": "Z IY",
}  # fmt: skip
_LONG = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW", "y": "AY"}
_VOWELS = frozenset("aeiouy")
_LONGEST = max(map(len, _GROUPS))


def guess(word: str) -> tuple[str, ...]:
    """Phones of a plain word. One without a vowel is spelt out (`pbx`)."""
    letters = word.replace("'", "")
    if not letters or any(letter not in _LETTERS for letter in letters):
        return ()
    if not _VOWELS & set(letters) or len(letters) == 1:
        return tuple(" ".join(_NAMES[letter] for letter in letters).split())
    phones: list[str] = []
    at = 0
    while at < len(letters):
        size, said = _rule(letters, at)
        phones += said.split()
        at += size
    return tuple(phones)


def _rule(letters: str, at: int) -> tuple[int, str]:
    """How many letters from there on are one sound, and which."""
    for size in range(_LONGEST, 1, -1):
        if letters[at : at + size] in _GROUPS:
            return size, _GROUPS[letters[at : at + size]]
    letter, after = letters[at], letters[at + 1 : at + 2]
    if letter == "e" and at == len(letters) - 1 and any(one in _VOWELS for one in letters[:at]):
        return 1, ""
    if letter in _LONG and letters[at + 2 :] == "e" and after not in _VOWELS and after:
        return 1, _LONG[letter]
    if letter in "cg" and after and after in "eiy":
        return 1, "S" if letter == "c" else "JH"
    if letter == "y" and at == 0:
        return 1, "Y"
    return 1, _LETTERS[letter]
