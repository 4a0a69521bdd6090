"""Unpacks what Rob Northen's packer made small (RNC, method 1), as adventure games of the 1990s keep their files.

In: the bytes from the mark `RNC` on. Out: the bytes before packing, their checksum compared.
The format: a header of 18 bytes (mark, method, both sizes, both checksums, overlap, chunks; big endian), then bits, low
bit first, in little-endian words of 16, a word read when its first bit is asked for. A chunk has three Huffman tables
(literals, distances, lengths) and a count; each item is a run of bytes as they are and a copy of earlier ones.
"""

from __future__ import annotations

__all__ = ["unpack"]

HEADER = 18
Table = tuple[int, list[tuple[int, int]]]


def unpack(data: bytes) -> bytes:
    """The bytes before packing; ValueError where the mark, the size or the checksum is not as it should be."""
    if data[:4] != b"RNC\x01":
        raise ValueError(f"no RNC of method 1: begins with {data[:4]!r}; give the bytes from the mark on")
    size, packed = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    out = _chunks(data[HEADER : HEADER + packed], data[17])
    if len(out) != size or _checksum(out) != int.from_bytes(data[12:14], "big"):
        raise ValueError(f"RNC data is damaged: {len(out)} of {size} bytes, or another checksum; take the file again")
    return bytes(out)


def _chunks(data: bytes, num_chunks: int) -> bytearray:
    bits, out = _Bits(data), bytearray()
    bits.take(2)  # two flags: locked, has a key
    for _ in range(num_chunks):
        literals, distances, lengths = bits.table(), bits.table(), bits.table()
        for left in range(bits.take(16) - 1, -1, -1):
            if run := bits.number(literals):
                out += bits.raw(run)
            if left:
                _copy(out, bits.number(distances) + 1, bits.number(lengths) + 2)
    return out


def _copy(out: bytearray, distance: int, length: int) -> None:
    start = len(out) - distance
    piece = out[start : start + length]
    while len(piece) < length:  # reaches into what it writes: the piece repeats
        piece += piece[: length - len(piece)]
    out += piece


class _Bits:
    """Bits and whole bytes out of one stream, each with its own place in it."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._buffer, self._num = data, 0, 0, 0

    def _fill(self, num: int) -> None:
        while self._num < num:
            self._buffer |= int.from_bytes(self._data[self._at : self._at + 2], "little") << self._num
            self._at, self._num = self._at + 2, self._num + 16

    def take(self, num: int) -> int:
        """The next `num` bits, the first the lowest."""
        self._fill(num)
        value = self._buffer & ((1 << num) - 1)
        self._buffer, self._num = self._buffer >> num, self._num - num
        return value

    def raw(self, num: int) -> bytes:
        """The next `num` bytes as they are."""
        self._at += num
        return self._data[self._at - num : self._at]

    def table(self) -> Table:
        """A Huffman table: 5 bits of count, 4 bits of length for each; canonical codes, mirrored."""
        return _lookup([self.take(4) for _ in range(self.take(5))])

    def number(self, table: Table) -> int:
        """A coded number: the symbol is how many bits it has, its highest bit left out."""
        width, lookup = table
        buffer, num = self._buffer, self._num
        if num < width:  # look at the word to come, without taking it
            buffer |= int.from_bytes(self._data[self._at : self._at + 2], "little") << num
        symbol, length = lookup[buffer & ((1 << width) - 1)]
        self.take(length)
        return symbol if symbol < 2 else (1 << (symbol - 1)) | self.take(symbol - 1)


def _lookup(lengths: list[int]) -> Table:
    """Every value of the next bits -> (symbol, how many of them are its code)."""
    width, code = max(lengths, default=0), 0
    lookup = [(0, 0)] * (1 << width)
    for length in range(1, width + 1):
        for symbol, own in enumerate(lengths):
            if own == length:
                first = int(format(code, f"0{length}b")[::-1], 2)
                lookup[first :: 1 << length] = [(symbol, length)] * (1 << (width - length))
                code += 1
        code <<= 1
    return width, lookup


def _checksum(data: bytes | bytearray) -> int:
    """CRC-16 of polynomial 0x8005, mirrored (0xA001), from 0."""
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ _CRC[(crc ^ byte) & 0xFF]
    return crc


def _crc_entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value


_CRC = [_crc_entry(value) for value in range(256)]
