"""Texts of small games made by hand, under the names of their speech files."""

from __future__ import annotations

import struct

import pytest
import queen_lines
import sky_lines


def _string(text: str, at: int, align: int) -> bytes:
    """A string as the Queen keeps it, for the place `at`."""
    data = bytes([len(text)]) + text.encode()
    return data + bytes(-(at + len(data)) % align) if text else data


def _cut(lines: list[str]) -> bytes:
    """A scene without anything but its lines; the first string of a scene is not said."""
    data = struct.pack(">hhhHHH", 0, len(lines), 0, 0, 12, 0)
    for line in ["*FR", *lines]:
        data += _string(line, len(data), 2)
    return bytes(20) + data


def _dog() -> bytes:
    """A dialogue of key 7 without a tree: a greeting, a line and its answer, and what is said at a second meeting."""
    data = bytes(32)
    for number, line in ((0, "Hi.*03"), (26, "Who are you?*03Say!*01")):
        data += struct.pack(">HH", 0, number)
        data += _string(line, len(data), 4)
    other = len(data)
    data += struct.pack(">HH", 0, 26)
    data += _string("*FLBob.", len(data), 4)
    second = len(data)
    for line in ("Yes?", "Me again."):
        data += _string(line, len(data), 2)
    header = struct.pack(">14h", 0, 1, 7, 2, 1, *[0] * 6, other, 0, second)
    return bytes(20) + header + data[len(header) :]


def test_lines_of_a_dialogue_are_named_by_key_number_and_part() -> None:
    assert queen_lines.texts({"BOB.DOG": _dog()}) == {
        "07SSSSJ1": "Hi.",
        "07001AJ1": "Who are you?",
        "07001AJ2": "Say!",
        "07001AP2": "Bob.",
        "07XXXXP1": "Yes?",
        "07XXXXJ1": "Me again.",
    }


def test_lines_of_a_scene_are_counted_with_the_silent_ones() -> None:
    found = queen_lines.texts({"C2A.CUT": _cut(["", "Look out!*02", "*XY00(237,112)Run.*03"])})
    assert found == {"C2A__021": "Look out!", "C2A__032": "Run."}


def test_joe_says_things_of_anything_before_things_of_one() -> None:
    counts = bytes(20) + struct.pack(">4H", 1, 2, 0, 1)  # rooms, names, objects, descriptions
    lines = ["It's a map.*24", "n", "n", "room", *["verb"] * 12, "I can't do that.*02", *["more"] * 39]
    found = queen_lines.texts({"QUEEN2.JAS": "\r\n".join(lines).encode(), "QUEEN.JAS": counts})
    assert (found["JOE00411"], found["JOE00011"], len(found)) == ("It's a map.", "I can't do that.", 41)


def _program() -> bytes:
    """A program with a tree of 52 letters among other bytes: left the next leaf, right the rest."""
    letters = [0, *range(65, 91), *range(97, 122)]
    nodes: list[tuple[int, int, int]] = []

    def grow(part: list[int]) -> int:
        nodes.append((0, 0, part[0]))
        own = len(nodes) - 1
        if len(part) > 1:
            half = (len(part) + 1) // 2
            left = grow(part[:half])
            nodes[own] = (left, grow(part[half:]), 0)
        return own

    grow(letters)
    return b"\x7fELF" + bytes(9) + b"".join(bytes(node) for node in nodes) + b"\xff" * 99


def test_the_tree_is_found_in_a_program_and_reads_lines() -> None:
    program = _program()
    bits_of = {letter: bits for bits, letter in sky_lines.codes(program).items()}
    lines = ["Hallo", "Joey", ""] + ["abc"] * 31
    packed = ["".join(bits_of[c] for c in line + "\0") for line in lines]
    packed = [bits + "0" * (len(bits) % 2) for bits in packed]  # a line begins at a unit of two bits
    units = [len(bits) // 2 for bits in packed]
    lengths = bytes(n if n < 128 else 0 for n in units)
    start = 6 + len(lengths)
    data = struct.pack("<3H", 6, start, sum(units[:32])) + lengths
    bits = "".join(packed)
    data += bytes(int(bits[i : i + 8].ljust(8, "0"), 2) for i in range(0, len(bits), 8))
    found = sky_lines.texts(lambda number: data if number == 60_600 else struct.pack("<2H", 4, 4), program)
    assert [found[50_000 + i] for i in range(len(lines))] == lines


def test_a_program_without_the_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="no Huffman tree"):
        sky_lines.codes(bytes(1000))
