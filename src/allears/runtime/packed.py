"""4-bit weights of an ONNX file as the 8-bit ones that are computed with, before onnxruntime sees the file.

In: a file that `export/packed.py` wrote, which is plain ONNX: nodes in it unpack the weights. Out: the same model with
the weights unpacked and those nodes gone. onnxruntime would do it itself when it opens the file, but keeps every step
of every matrix in memory until all are done: 900 MB where this takes 200, for a model of 30 MB.

It reads and writes protocol buffers by hand: the package onnx is no part of the runtime.

Letters: K blocks of 32 rows, C columns.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["int8_weights", "unpacked"]

_PACKED, _SCALES, _UNPACKING = b"/int4", b"/int4-scales", b"/int4-"  # ends and parts of names: see `export/packed.py`
_SHARED = b"int4/"  # beginning of the names of numbers that all unpacking reads
_GRAPH, _NODE, _INITIALIZER = 7, 1, 5  # fields of ModelProto and GraphProto in onnx.proto
_NODE_NAME = 3
_DIMS, _TYPE, _NAME, _RAW = 1, 2, 8, 9  # of TensorProto
_INT8 = 3  # TensorProto.DataType
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_ZERO = 8


class _Field(NamedTuple):
    number: int
    whole: memoryview  # with its tag
    value: memoryview  # of bytes: what is in them
    integer: int  # of a varint: its value


def unpacked(path: Path) -> bytes | None:
    """The model with 8-bit weights; None if it keeps none in 4 bits.

    Raises:
        EOFError: the bytes make no sense: the file is damaged.
    """
    with open(path, "rb") as file:
        if not path.stat().st_size:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            if view.find(_SCALES) < 0:
                return None
            data = memoryview(view[:])
    parts = [_with_tag(_GRAPH, _graph(f.value)) if f.number == _GRAPH else bytes(f.whole) for f in _fields(data)]
    return b"".join(parts)


def int8_weights(halves: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """(..., K, 16, C) uint8 and scales (..., K, 1, C) -> (..., 32 K, C) int8."""
    numbers = np.concatenate([halves & 15, halves >> 4], axis=-2).astype(np.float32)
    numbers -= _ZERO
    numbers *= scales.astype(np.float32)
    whole = np.rint(numbers, out=numbers).astype(np.int8)
    return whole.reshape(*whole.shape[:-3], whole.shape[-3] * whole.shape[-2], whole.shape[-1])


def _graph(graph: memoryview) -> bytes:
    tensors = {_name(f.value, _NAME): f.value for f in _fields(graph) if f.number == _INITIALIZER}
    parts: list[bytes | memoryview] = []
    for field in _fields(graph):
        if field.number == _NODE and _UNPACKING in _name(field.value, _NODE_NAME):
            continue
        if field.number == _INITIALIZER:
            name = _name(field.value, _NAME)
            if name.startswith(_SHARED) or name.endswith(_SCALES):
                continue
            if name.endswith(_PACKED):
                parts.append(_with_tag(_INITIALIZER, _int8(name.removesuffix(_PACKED), tensors)))
                continue
        parts.append(field.whole)
    return b"".join(parts)


def _int8(name: bytes, tensors: Mapping[bytes, memoryview]) -> bytes:
    """A tensor (..., 32 K, C) of halves (..., K, 16, C) and scales (..., K, 1, C)."""
    halves = _array(tensors[name + _PACKED], np.uint8)
    scales = _array(tensors[name + _SCALES], np.float16)
    whole = int8_weights(halves, scales)
    dims = b"".join(_varint(_DIMS << 3 | _VARINT) + _varint(size) for size in whole.shape)
    kind = _varint(_TYPE << 3 | _VARINT) + _varint(_INT8)
    return dims + kind + _with_tag(_NAME, name) + _with_tag(_RAW, whole.tobytes())


def _array(tensor: memoryview, kind: type) -> np.ndarray:
    dims: list[int] = []
    raw = memoryview(b"")
    for field in _fields(tensor):
        if field.number == _DIMS:
            dims += [field.integer] if not len(field.value) else _varints(field.value)
        elif field.number == _RAW:
            raw = field.value
    return np.frombuffer(raw, dtype=kind).reshape(dims)


def _name(message: memoryview, number: int) -> bytes:
    return next((bytes(field.value) for field in _fields(message) if field.number == number), b"")


def _fields(message: memoryview) -> Iterator[_Field]:
    """The fields of a message, one after another."""
    at, size = 0, len(message)
    while at < size:
        begin = at
        tag, at = _read_varint(message, at)
        number, wire = tag >> 3, tag & 7
        value, integer = memoryview(b""), 0
        if wire == _VARINT:
            integer, at = _read_varint(message, at)
        elif wire == _BYTES:
            length, at = _read_varint(message, at)
            value, at = message[at : at + length], at + length
        elif wire in (_FIXED32, _FIXED64):
            at += 4 if wire == _FIXED32 else 8
        else:
            raise EOFError
        if at > size or number == 0:
            raise EOFError
        yield _Field(number, message[begin:at], value, integer)


def _varints(packed: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(packed):
        value, at = _read_varint(packed, at)
        found.append(value)
    return found


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise EOFError
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _with_tag(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value
