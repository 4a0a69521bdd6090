"""What the speech files of the adventure game Beneath a Steel Sky say: its own English texts, by file number.

In: the game's text files, unpacked, and the program that plays the game (ScummVM), which holds the Huffman codes of the
texts; it is read as data, not run, and nothing of it is kept. Out: number of a speech file -> the words as written.
A text file begins with two numbers: where the lengths of lines begin and where the bits begin. Lengths come in units of
2 bits: one number for each 32 lines, then one byte a line (with the top bit: 7 bits in steps of 8 units).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

__all__ = ["codes", "texts"]

NUM_SECTIONS = 7
FIRST_FILE = 60_600  # of the English texts, one a section
FIRST_SPEECH = 50_000
SPEECH = (0, 600, 1100, 2430, 3380, 4530, 5080)  # number of each section's first speech file, from FIRST_SPEECH on
BLOCK = 32  # lines
FEWEST_CODES, LONGEST_CODE = 50, 24
ROOT = re.compile(rb"\x01[\x0a-\x60]\x00\x02[\x04-\x30]\x00\x03.\x00", re.DOTALL)  # the first nodes of any of the trees
Codes = dict[str, str]  # bits -> letter


def texts(load: Callable[[int], bytes], program: bytes) -> dict[int, str]:
    """Number of a speech file -> its words; `load` gives a file of the game by its number. A file need not exist."""
    table = codes(program)
    found = {}
    for section, first in enumerate(SPEECH):
        for line, text in enumerate(_lines(load(FIRST_FILE + section), table)):
            found[FIRST_SPEECH + first + line] = text
    return found


def codes(program: bytes) -> Codes:
    """The codes of the newest edition (0.0372): the first tree of ScummVM's nine. A node is two children and a letter,
    a byte each; both children of a leaf are 0. Raises ValueError where there is no tree."""
    for match in ROOT.finditer(program):
        if found := _tree(program, match.start()):
            return found
    raise ValueError("no Huffman tree in this program; give ScummVM's own file (usr/games/scummvm of Debian's scummvm)")


def _tree(program: bytes, at: int) -> Codes | None:
    """Codes of the tree at that place; None if that is no tree."""
    found: Codes = {}
    waiting = [(0, "")]
    while waiting:
        node, bits = waiting.pop()
        left, right, letter = program[at + 3 * node : at + 3 * node + 3]
        if left == right == 0:
            found[bits] = chr(letter)
        elif not node < left < right or letter or len(bits) == LONGEST_CODE:
            return None
        else:
            waiting += [(left, bits + "0"), (right, bits + "1")]
    return found if len(found) > FEWEST_CODES else None


def _lines(data: bytes, table: Codes) -> Iterator[str]:
    """The texts of one file, in order."""
    lengths, start = struct.unpack_from("<2H", data)
    num_blocks = (lengths - 4) // 2
    blocks = (0, *struct.unpack_from(f"<{num_blocks}H", data, 4))
    place = 0
    for block in range(num_blocks + 1):
        place += blocks[block]
        at, unit = lengths + block * BLOCK, place
        for _ in range(BLOCK):
            if at >= start:
                return
            yield _text(data, 8 * start + 2 * unit, table)
            step = data[at]
            unit, at = unit + ((step & 0x7F) << 3 if step & 0x80 else step), at + 1


def _text(data: bytes, bit: int, table: Codes) -> str:
    """Letters from that bit on (the highest of a byte first) to the end mark, or to the end of the data."""
    text, bits = "", ""
    for place in range(bit, 8 * len(data)):
        bits += "1" if data[place >> 3] >> (7 - (place & 7)) & 1 else "0"
        if (letter := table.get(bits)) is not None:
            if letter == "\0":
                break
            text, bits = text + letter, ""
    return text
