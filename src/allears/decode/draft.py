"""A guess at what the text decoder will write next, from a text that another head has heard.

In: a text without case and punctuation (of a CTC head) and what the decoder has written so far. Out: the tokens that
would come next, if the text is right. The decoder reads them all in one pass and keeps those it would have written
itself (`greedy.py`), so a wrong guess costs a little time and never a word.
Source: speculative decoding, Leviathan et al. 2023; ours is greedy, and the draft is there already.

Where the decoder wrote otherwise (a comma, a capital, another word), the place in the text is found again: the place
whose beginning has the smallest edit distance to what was written, both without case and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

import numpy as np

from allears.decode.tokenizer import Tokenizer
from allears.texts import plain_words
from allears.vocabulary import Vocabulary

__all__ = ["Draft", "as_sentence"]

_FIRST, _FEWEST, _MOST = 12, 2, 24  # tokens guessed at a time; a pass of 12 tokens takes 1.5 times that of one
_LOST = 0.5  # edits a character of what was written above which the text is taken for another one
_FEW_EDITS = 3  # but so many are always forgiven
_ENDS = (".", "?", "!")
_ENGLISH_I = re.compile(r"\bi\b")


def as_sentence(text: str, language: str) -> str:
    """Plain words about as Whisper writes a sentence: a space, a capital, and a full stop."""
    cased = _cased(" " + text, language, is_start=True)
    return cased if not text or cased.endswith(_ENDS) else cased + "."


class Draft:
    """Guesses for one window. It remembers what was written so far, so it is used once.

    Args:
        text: what the other head heard.
        language: Whisper code of it.
        tokenizer: of the decoder.
        vocabulary: of the decoder.
    """

    def __init__(self, text: str, language: str, tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
        self._text, self._language = plain_words(text), language
        self._tokenizer, self._vocabulary = tokenizer, vocabulary
        self._letters = np.array([ord(c) for c in self._text], dtype=np.int64)
        self._is_end = np.array([c == " " for c in self._text] + [True])
        self._written, self._edits = "", np.arange(len(self._text) + 1)  # edits to each beginning of the text
        self._size = _FIRST

    def ahead(self, tokens: Sequence[int]) -> list[int]:
        """Tokens that may come after those written; none where the text is lost or over."""
        return list(islice(self._tokenizer.stream(self._rest(tokens)), self._size))

    def rest(self, tokens: Sequence[int]) -> list[int]:
        """All of them."""
        return self._tokenizer.encode(self._rest(tokens))

    def learn(self, num_guessed: int, num_right: int) -> None:
        """How the last guess went: the next one is about as long as guesses are right."""
        if num_guessed and num_guessed == num_right:
            self._size = min(_MOST, 2 * self._size)
        elif num_guessed:
            self._size = min(_MOST, _FEWEST + 2 * num_right)

    def _rest(self, tokens: Sequence[int]) -> str:
        """What is left of the text, as the decoder would write it."""
        written = b"".join(self._vocabulary.piece(token) for token in tokens).decode("utf-8", errors="ignore")
        place = self._find(plain_words(written))
        if not self._text or place is None:
            return ""
        left = self._text[place:].strip() if self._is_end[place] else self._text[place:]
        is_word_start = bool(self._is_end[place]) or place == 0 or self._text[place - 1] == " "
        is_start = is_word_start and (not written.strip() or written.rstrip().endswith(_ENDS))
        cased = _cased((" " if left and is_word_start else "") + left, self._language, is_start=is_start)
        return cased if cased.endswith(_ENDS) or (not cased and written.endswith(_ENDS)) else cased + "."

    def _find(self, written: str) -> int | None:
        """How much of the text was written; None if it is another text."""
        if not written.startswith(self._written):  # half a letter was completed, or another text is asked about
            self._written, self._edits = "", np.arange(len(self._text) + 1)
        for letter in written[len(self._written) :]:
            self._follow(ord(letter))
        self._written = written
        fewest = int(self._edits.min())
        if fewest > max(_FEW_EDITS, _LOST * len(written)):
            return None
        places = np.flatnonzero(self._edits == fewest)
        ends = places[self._is_end[places]]
        return int(ends[0] if len(ends) else places[-1])

    def _follow(self, letter: int) -> None:
        """One more letter was written: a row of the table of Wagner and Fischer, over all beginnings of the text."""
        edits = self._edits
        grown = edits + 1
        grown[1:] = np.minimum(grown[1:], edits[:-1] + (self._letters != letter))
        places = np.arange(len(edits))
        self._edits = np.minimum.accumulate(grown - places) + places  # letters of the text that were left out


def _cased(text: str, language: str, *, is_start: bool) -> str:
    """Capitals where they are sure: at the start of a sentence, and the English I."""
    if language == "en":
        text = _ENGLISH_I.sub("I", text)
    bare = text.lstrip()
    return text[: len(text) - len(bare)] + bare[:1].upper() + bare[1:] if is_start else text
