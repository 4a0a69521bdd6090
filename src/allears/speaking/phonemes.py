"""The words of a sentence to phones: dictionary first, then spelling, letters one by one for `FBI`.

In: tokens, a dialect. Out: phones in the model's alphabet, and which of them belong to which token. Words stand apart
by a space, a mark stands behind the word before it, as in the sentences the voices were taught with.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allears.speaking.endings import VOWELS
from allears.speaking.lexicon import Lexicon
from allears.speaking.spell import Speller
from allears.speaking.tokens import PAUSES, Token

__all__ = ["Phonemes", "Phonemizer", "Place"]

log = logging.getLogger(__name__)

_SMALL = {"a": "ɐ", "an": "ɐn"}  # said without stress in a sentence
_THE = ("ðə", "ði")  # before a consonant, before a vowel
_SPELT = frozenset("AC AI AM CD CEO DC DJ EU GP HR ID IT IQ LA NY OK PC PE PM PR TV UK UN US VR WC".split())
_MAX_SPELT = 4  # capitals: longer ones that no dictionary has are read as a word, if they have a vowel


@dataclass(frozen=True)
class Place:
    """Where in the phones a token is said: `first` to before `end`."""

    written: str
    first: int
    end: int


@dataclass(frozen=True)
class Phonemes:
    """A sentence as phones.

    Attributes:
        phones: all of the model's alphabet.
        places: of the tokens that are heard, in order.
        unsaid: what of the text cannot be said.
    """

    phones: str
    places: tuple[Place, ...]
    unsaid: tuple[str, ...] = ()


class Phonemizer:
    """Tokens to phones, for one dialect.

    Args:
        lexicon: of the dialect.
        speller: of the model.
        alphabet: phones that the model knows.
        dialect: such as `en-US`.
        own: words of the user, in lower case -> how they would be spelt by ear.
    """

    def __init__(
        self, lexicon: Lexicon, speller: Speller, alphabet: Sequence[str], dialect: str, own: Mapping[str, str] = {}
    ) -> None:
        self._lexicon, self._speller, self._dialect, self._own = lexicon, speller, dialect, own
        self._alphabet = frozenset(phone for phone in alphabet if phone)

    def read(self, tokens: Sequence[Token]) -> Phonemes:
        """Phones of a sentence; a full stop is put behind one that has no mark at its end.

        Raises:
            ValueError: a word that is too long, or phones that the model does not have.
        """
        is_shouted = _is_shouted(tokens)
        pieces, unsaid, following = list[list[str]](), list[str](), ""
        for token in reversed(tokens):  # `the` looks at what follows
            said = self._token(token, following, is_shouted=is_shouted)
            if not said and any(word.isalnum() for word in (token.said or (token.written,))):
                unsaid.append(token.written)
            pieces.append(said)
            following = said[0] if said else following
        return self._joined(tokens, pieces[::-1], tuple(reversed(unsaid)))

    def _joined(self, tokens: Sequence[Token], pieces: Sequence[Sequence[str]], unsaid: tuple[str, ...]) -> Phonemes:
        out, places = "", list[Place]()
        for token, said in zip(tokens, pieces, strict=True):
            first = len(out)
            for piece in said:
                if piece in PAUSES:
                    out = out if not out or out[-1] in PAUSES or piece not in self._alphabet else out + piece
                else:
                    out += (" " if out and " " in self._alphabet else "") + piece
            begin = first + (out[first : first + 1] == " ")
            if len(out) > begin and any(piece not in PAUSES for piece in said):
                places.append(Place(token.written, begin, len(out)))
        if places and out[-1] not in PAUSES and "." in self._alphabet:
            out += "."
        return Phonemes(out if places else "", tuple(places), unsaid)

    def _token(self, token: Token, following: str, *, is_shouted: bool) -> list[str]:
        """Phones of each of its words, pauses between them."""
        if token.phones:
            return [self._given(token)]
        said = list[str]()
        for word in reversed(token.said):
            phones = word if word in PAUSES else self._word(word, following, is_shouted=is_shouted)
            if phones:
                following = phones
                said.append(phones)
        return said[::-1]

    def _given(self, token: Token) -> str:
        phones = token.phones.replace("g", "ɡ") if "g" not in self._alphabet else token.phones
        strange = sorted({phone for phone in phones if phone not in self._alphabet and not phone.isspace()})
        if strange:
            raise ValueError(
                f"the phones {token.phones!r} of {token.written!r} have {' '.join(strange)}, which the voice does not "
                f"know: it knows {' '.join(sorted(self._alphabet - {' '}))}"
            )
        return " ".join(phones.split()) if " " in self._alphabet else "".join(phones.split())

    def _word(self, word: str, following: str, *, is_shouted: bool) -> str:
        if self._dialect.startswith("en"):
            if word.lower() == "the":
                sounds = following.lstrip("ˈˌ")
                return self._known(_THE[bool(sounds) and sounds[0] in VOWELS])
            if word.lower() in _SMALL and (word != "A" or is_shouted):
                return self._known(_SMALL[word.lower()])
        if own := self._own.get(word.casefold()):
            return " ".join(filter(None, (self._read(part) for part in own.split())))
        if len(word) == 1 and word.isupper():
            return self._letters(word)
        if is_shouted:
            word = word.lower()
        if word in _SPELT:
            return self._letters(word)
        return self._read(word)

    def _read(self, word: str) -> str:
        if said := self._lexicon.phones(word):
            return self._known(said)
        parts = [part for part in word.split("-") if part]
        if len(parts) > 1:
            return " ".join(filter(None, (self._read(part) for part in parts)))
        stem = word.removesuffix("'s")
        if stem.isupper() and 1 < len(stem) <= 8 and (len(stem) <= _MAX_SPELT or not set(stem) & set("AEIOUY")):
            return self._letters(stem) + (self._known("z") if stem != word else "")
        return self._known(self._speller.phones(word, self._dialect))

    def _letters(self, word: str) -> str:
        names = ((self._lexicon.letter(c) or self._speller.phones(c, self._dialect)) for c in word)
        return " ".join(filter(None, map(self._known, names)))

    def _known(self, phones: str) -> str:
        """Without what the model has no sound for; dictionaries of one dialect have a few phones of another."""
        if strange := set(phones) - self._alphabet:
            log.warning("the voice has no sound for %s of %r: it is left out", " ".join(sorted(strange)), phones)
        return "".join(phone for phone in phones if phone in self._alphabet)


def _is_shouted(tokens: Sequence[Token]) -> bool:
    """Whether a whole sentence of three words or more is in capitals, so that capitals mean nothing."""
    words = [token.written for token in tokens if token.written.isalpha()]
    return len(words) >= 3 and all(word.isupper() for word in words) and any(len(word) > 4 for word in words)
