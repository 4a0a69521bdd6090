"""What the speech files of the adventure game Flight of the Amazon Queen say: its own subtitles, by file name.

In: the game's files by name (dialogues `.DOG`, scenes `.CUT`, `QUEEN2.JAS` with what Joe says of things). Out: name of
a speech file without its ending -> the words as written. A line is cut into files at its stage directions (`*03`,
`*WT`). Integers are big endian; a string is its length in one byte and its letters, and the next begins at a multiple
of two bytes (in the tree of a dialogue: four).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping

__all__ = ["texts"]

HEADER = 20  # what the game's own tool wrote before the data of .DOG, .CUT and .JAS
TREE = 32  # place of the dialogue tree in a .DOG
LEVEL = 96  # bytes a level of it takes
RESPONSES = 40  # things Joe says of anything, numbered before what he says of one thing
VERBS = 12
DIRECTION = re.compile(r"\*(?:XY..\(\d+,\d+\)|XY.{9}|..)")


def texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """Name of a speech file (`020006J1`) -> its words; a file may be named that does not exist."""
    found: dict[str, str] = {}
    for name, data in sorted(files.items()):
        lines: Iterator[tuple[str, str]] = iter(())
        if name.endswith(".DOG"):
            lines = _dialogue(data[HEADER:])
        elif name.endswith(".CUT"):
            lines = _scene(name.removesuffix(".CUT"), data[HEADER:])
        elif name == "QUEEN2.JAS":
            lines = _joe(data, files["QUEEN.JAS"][HEADER:])
        for prefix, line in lines:
            for number, part in enumerate(DIRECTION.split(line), 1):
                if part.strip():
                    found.setdefault(f"{prefix}{number:x}".upper(), part.strip())
    return found


def _dialogue(data: bytes) -> Iterator[tuple[str, str]]:
    """The lines of a dialogue: what Joe can say, what the other answers, and what both say at the second meeting."""
    levels, _, key, num_joe, num_other, *_rest, other, _cut, second = struct.unpack_from(">14h", data)
    for letter, at, count in (("J", TREE + abs(levels) * LEVEL, num_joe), ("P", other, num_other)):
        for _ in range(count):
            (number,) = struct.unpack_from(">H", data, at + 2)
            line, at = _string(data, at + 4, 4)
            yield (f"{key:02d}{number:04x}{letter}" if number or letter == "P" else f"{key:02d}SSSSJ"), line
    line, at = _string(data, second, 2)
    yield f"{key:02d}XXXXP", line
    yield f"{key:02d}XXXXJ", _string(data, at, 2)[0]


def _scene(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """The lines of a scene: one a move, most of them empty; the first string is not said."""
    (count,) = struct.unpack_from(">h", data, 2)
    (at,) = struct.unpack_from(">H", data, 8)
    at = _string(data, at, 2)[1]
    for number in range(1, abs(count) + 1):
        line, at = _string(data, at, 2)
        yield f"{name.ljust(5, '_')}{number:02d}", line


def _joe(texts: bytes, counts: bytes) -> Iterator[tuple[str, str]]:
    """What Joe says of things, then of anything: lines of a text file, told apart by counts of another."""
    num_rooms, num_names, _, num_descriptions = struct.unpack_from(">4H", counts)
    lines = texts.decode("cp437").split("\r\n")
    for number, line in enumerate(lines[:num_descriptions], RESPONSES + 1):
        yield f"JOE{number:04d}", line
    start = num_descriptions + num_names + num_rooms + VERBS
    for number, line in enumerate(lines[start : start + RESPONSES], 1):
        yield f"JOE{number:04d}", line


def _string(data: bytes, at: int, align: int) -> tuple[str, int]:
    """A string and the place after it."""
    length = data[at]
    at += 1
    text = data[at : at + length].decode("cp437")
    return text, (at + length + align - 1) // align * align if length else at
