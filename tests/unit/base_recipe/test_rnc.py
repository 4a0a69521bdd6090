"""Packed by hand, unpacked by the recipe: bytes as they are, copies of earlier ones, damage noticed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import rnc

# each table has four codes of two bits (mirrored on their way): 0, 1, 2, 3
TABLE = [(4, 5), *[(2, 4)] * 4]
CODE = (0b00, 0b10, 0b01, 0b11)


def _number(value: int) -> list[tuple[int, int]]:
    """The code of a number under 8, and the bits below its highest one."""
    symbol = value.bit_length()
    extra = [(value - (1 << (symbol - 1)), symbol - 1)] if symbol > 1 else []
    return [(CODE[symbol], 2), *extra]


def _packed(items: Sequence[tuple[bytes, int, int]], unpacked: bytes, checksum: int | None = None) -> bytes:
    """A file of method 1: runs of bytes, each but the last with a copy (distance, length) behind it."""
    out, pending = bytearray(), [(0, 2), *TABLE, *TABLE, *TABLE, (len(items), 16)]
    place, used = -1, 16  # of the word that bits go into

    def put(bits: Sequence[tuple[int, int]]) -> None:
        nonlocal place, used
        for value, count in bits:
            for i in range(count):
                if used == 16:
                    place, used = len(out), 0
                    out.extend(b"\0\0")
                out[place + used // 8] |= (value >> i & 1) << used % 8
                used += 1

    put(pending)
    for i, (run, distance, length) in enumerate(items):
        put(_number(len(run)))
        out.extend(run)
        if i < len(items) - 1:
            put(_number(distance - 1) + _number(length - 2))
    crc = rnc._checksum(unpacked) if checksum is None else checksum
    head = len(unpacked).to_bytes(4, "big") + len(out).to_bytes(4, "big") + crc.to_bytes(2, "big")
    return b"RNC\x01" + head + bytes(3) + b"\x01" + bytes(out)


def test_runs_and_copies_come_back() -> None:
    packed = _packed([(b"tal", 3, 3), (b"k", 1, 4), (b"ies", 0, 0)], b"taltalkkkkkies")
    assert rnc.unpack(packed) == b"taltalkkkkkies"


def test_a_copy_of_nothing_but_itself_repeats() -> None:
    assert rnc.unpack(_packed([(b"ab", 2, 7), (b"", 0, 0)], b"ababababa")) == b"ababababa"


def test_the_checksum_is_the_usual_crc_16() -> None:
    assert rnc._checksum(b"123456789") == 0xBB3D  # the check value of CRC-16/ARC


def test_damage_is_noticed() -> None:
    with pytest.raises(ValueError, match="damaged"):
        rnc.unpack(_packed([(b"abc", 0, 0)], b"abc", checksum=1))


def test_other_data_is_refused() -> None:
    with pytest.raises(ValueError, match="no RNC"):
        rnc.unpack(b"RIFF")
