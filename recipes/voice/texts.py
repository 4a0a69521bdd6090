"""Sentences for a teacher voice to read: Jane Austen's novels and the train sentences of nlu-text.

In: folders. Out: sentences without digits, each once, in an order that follows from nothing but the texts.

The novels (public domain) come in Debian's package r-cran-janeaustenr: `apt-get download r-cran-janeaustenr` and
`dpkg-deb -x *.deb austen`. R keeps its data in chunks: four bytes of length, then zlib; a string inside is a CHARSXP
(type 9): flags, four bytes of length, bytes (R Internals, "Serialization Formats").
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["nlu_sentences", "novel_sentences"]

DATABASE = "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb"
CHARSXP, IS_ASCII = 9, 4  # type; the bit of the flags that says so stands in the byte before the last two
LONGEST_LINE = 400
WORDS = (3, 28)  # of a sentence that is kept
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Dr|St|Esq|Messrs|etc|viz|i\.e)\.$")


def novel_sentences(folder: Path) -> list[str]:
    """Sentences of all six novels.

    Args:
        folder: what `dpkg-deb -x` made of the package.

    Raises:
        FileNotFoundError: it is not there.
    """
    found: dict[str, None] = {}
    for lines in _chunks((folder / DATABASE).read_bytes()):
        for paragraph in _paragraphs(lines):
            found |= dict.fromkeys(_sentences(paragraph))
    return list(found)


def nlu_sentences(data: Path) -> list[str]:
    """Train sentences of nlu-text, as they were typed, with an end."""
    found: dict[str, None] = {}
    for path in sorted((data / "nlu-text").glob("*/train.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = " ".join(json.loads(line)["text"].split())
            if _is_plain(text):
                found[text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")] = None
    return list(found)


def _chunks(database: bytes) -> Iterator[list[str]]:
    """The strings of each chunk that are lines of text."""
    at = 0
    while at < len(database):
        inflate = zlib.decompressobj()
        raw = inflate.decompress(database[at + 4 :])
        at = len(database) - len(inflate.unused_data)
        yield list(_strings(raw))


def _strings(raw: bytes) -> Iterator[str]:
    at = 0
    while at < len(raw) - 8:
        if raw[at] == 0 and raw[at + 1] == IS_ASCII and raw[at + 3] == CHARSXP:
            length = struct.unpack(">i", raw[at + 4 : at + 8])[0]
            if 0 <= length < LONGEST_LINE:
                yield raw[at + 8 : at + 8 + length].decode("ascii", "replace")
                at += 8 + length
                continue
        at += 1


def _paragraphs(lines: list[str]) -> Iterator[str]:
    together: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            together.append(line.strip())
        elif together:
            yield " ".join(together)
            together = []


def _sentences(paragraph: str) -> Iterator[str]:
    text = paragraph.replace("--", ", ").replace("_", "").replace('"', "").replace("`", "'")
    begin = 0
    for match in re.finditer(r"[.!?;]['\")]*\s+(?=[A-Z'a-z])", text + " A"):
        piece = text[begin : match.end()].strip()
        if _ABBREVIATED.search(piece):
            continue
        begin = match.end()
        piece = re.sub(r"\s+", " ", re.sub(r"\s*,[\s,]*", ", ", piece)).strip(" ,;'")
        if piece and _is_plain(piece):
            yield piece[0].upper() + piece[1:] + ("" if piece[-1] in ".?!" else ".")


def _is_plain(text: str) -> bool:
    return WORDS[0] <= len(text.split()) <= WORDS[1] and re.fullmatch(r"[A-Za-z' ,.?!;:-]+", text) is not None
