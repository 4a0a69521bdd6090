"""A text cut into sentences, so that the first is heard while the others are made.

In: a text, a language. Out: its sentences; long ones in parts, cut where one would breathe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from allears.speaking.language import language_of

__all__ = ["sentences"]

MAX_CHARS = 240  # about 15 s of speech; the network was taught with up to 500 phones
FIRST_CHARS = 120  # of the first part, which somebody waits for
_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？؟]+)\s*|\n\s*\n\s*")
_LAST_WORD = re.compile(r"(\S+)$")
_INITIAL = re.compile(r"(?:^|[\s(\"'“‘])[^\W\d_]\.$")
_BREATHS = (r"[;:—]\s", r"[,)]\s", r"\s[–(-]", r"\s")


def sentences(text: str, dialect: str, *, max_chars: int = MAX_CHARS, first_chars: int = FIRST_CHARS) -> list[str]:
    """The sentences of a text, in order, without spaces at their ends.

    A full stop behind a title, an initial, or before a small letter ends none. A sentence of more than `max_chars`
    characters (`first_chars` for the first) is cut at its last semicolon, comma or space before that, a word without
    spaces anywhere.
    """
    titles, parts = language_of(dialect).titles, list[str]()
    for sentence in _whole(text, titles):
        parts += _shorter(sentence, first_chars if not parts else max_chars, max_chars)
    return parts


def _whole(text: str, titles: frozenset[str]) -> Iterator[str]:
    begin = 0
    for end in _END.finditer(text):
        if end.end() < len(text) and not _is_end(text[begin : end.end()].rstrip(), text[end.end() :], end[0], titles):
            continue
        if sentence := text[begin : end.end()].strip():
            yield sentence
        begin = end.end()
    if rest := text[begin:].strip():
        yield rest


def _is_end(sentence: str, rest: str, mark: str, titles: frozenset[str]) -> bool:
    if "\n\n" in mark.replace(" ", "") or mark[0] in "。！？؟":
        return True
    if rest[0].islower():
        return False  # `"Hello!" she said.`
    if mark[0] in "!?":
        return True
    last = _LAST_WORD.search(sentence)
    if last is not None and last[1].lower().lstrip("(\"'“‘") in titles:
        return False
    return not (_INITIAL.search(sentence) and rest[0].isupper() and not sentence.endswith((" I.", "\nI.")))


def _shorter(sentence: str, limit: int, usual: int) -> Iterator[str]:
    while len(sentence) > limit:
        at = _breath(sentence, limit)
        if part := sentence[:at].strip():
            yield part
        sentence, limit = sentence[at:].strip(), usual
    if sentence:
        yield sentence


def _breath(sentence: str, limit: int) -> int:
    """Where to cut: the last place of the best kind that leaves a part of some length."""
    for kind in _BREATHS:
        places = [found.start() + (0 if found[0][0].isspace() else 1) for found in re.finditer(kind, sentence[:limit])]
        if places and places[-1] >= limit // 4:
            return places[-1]
    return limit
