"""An ONNX file: what its metadata says, read without loading it, and a session that runs it.

In: a path. Out: metadata strings; a digest of what it computes; an onnxruntime session. Every failure is a `ModelError`
that says what to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TypeVar

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from allears.onnx_threads import session_options
from allears.runtime.packed import unpacked

__all__ = ["ModelError", "graph_digest", "onnx_errors", "open_onnx", "read_metadata", "read_packed", "read_spec"]

S = TypeVar("S")

_METADATA_FIELD = 14  # ModelProto.metadata_props in onnx.proto: repeated {key = 1, value = 2}
_COMPUTING_FIELDS = (7, 8, 25)  # likewise: graph, with its weights; operator sets; functions of its own
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types of protocol buffers
_REFUSALS = tuple(
    getattr(ort_errors, name)
    for name in ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "NotImplemented",
                 "RuntimeException")
)  # fmt: skip


class ModelError(ValueError):
    """A model that cannot be used; the message says which file, why, and what to do."""


def open_onnx(
    path: Path,
    num_threads: int,
    *,
    change: Callable[[str, onnxruntime.SessionOptions], None] | None = None,
    content: bytes | None = None,
) -> onnxruntime.InferenceSession:
    """Make an ONNX file ready to run on the CPU.

    Args:
        path: of the file.
        num_threads: it may use.
        change: given the file's name and the session's options before it is opened (see `adapters.py`).
        content: taken instead of what is in the file.

    Raises:
        ModelError: onnxruntime refuses it (damaged, or of an opset it does not know).
    """
    if content is None and not path.is_file():
        raise ModelError(f"{path} is missing: the model is incomplete, fetch or export it again")
    options = session_options(num_threads)
    if change is not None:
        change(path.name, options)
    options.enable_mem_pattern = False  # plans memory for one length of clip; ours differ every time
    options.enable_cpu_mem_arena = False  # it keeps the peak of all networks at once: 650 MB against 430 on long audio
    if content is None:
        content = read_packed(path)
    with onnx_errors(path):
        return onnxruntime.InferenceSession(content or str(path), options, providers=["CPUExecutionProvider"])


def read_packed(path: Path) -> bytes | None:
    """What onnxruntime should open in the place of a file whose weights are in 4 bits; None: the file itself.

    Raises:
        ModelError: it is damaged.
    """
    try:
        return unpacked(path)
    except (EOFError, KeyError, ValueError) as error:
        raise ModelError(f"{path} is not an ONNX file, or damaged: fetch or export the model again") from error


@contextmanager
def onnx_errors(path: Path) -> Iterator[None]:
    """Turn what onnxruntime says of a file it refuses into a `ModelError`."""
    try:
        yield
    except _REFUSALS as error:
        why = " ".join(str(error).split())
        if "opset" in why.lower():
            raise ModelError(
                f"{path} was exported for an ONNX opset that onnxruntime {onnxruntime.__version__} does not know: "
                f"pip install -U onnxruntime, or export the model again ({why})"
            ) from error
        raise ModelError(f"{path} cannot be loaded: fetch or export the model again (onnxruntime: {why})") from error


def read_metadata(path: Path) -> dict[str, str]:
    """The metadata strings of an ONNX file, without reading its weights.

    Raises:
        ModelError: it is missing, cut off, or no ONNX file.
    """
    with _opened(path) as file:
        return dict(_entry(payload) for payload in _payloads(file, path.stat().st_size, _METADATA_FIELD))


def read_spec(path: Path, key: str, parse: Callable[[str], S], what: str, advice: str) -> S:
    """What a model file says of itself.

    Args:
        path: of the file.
        key: of the metadata.
        parse: reads its text; raises ValueError.
        what: the file should be, and advice: what to give instead; for messages.

    Raises:
        ModelError: no such file, no such metadata, or one that cannot be read.
    """
    text = read_metadata(path).get(key)
    if text is None:
        raise ModelError(f"{path} is an ONNX file, but {what} (no metadata {key!r}): {advice}")
    try:
        return parse(text)
    except ValueError as error:
        raise ModelError(f"{path}: {error}") from error


def graph_digest(path: Path) -> str:
    """sha256, in hexadecimal, of what an ONNX file computes: its graph with all weights, but not its metadata.

    Raises:
        ModelError: it is missing, cut off, or no ONNX file.
    """
    digest = hashlib.sha256()
    with _opened(path) as file:
        for field in _COMPUTING_FIELDS:
            file.seek(0)
            for payload in _payloads(file, path.stat().st_size, field):
                digest.update(f"{field}:{len(payload)}:".encode())
                digest.update(payload)
    return digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file at its start; what is wrong with it, there or later, becomes a `ModelError`."""
    try:
        with open(path, "rb") as file:
            if file.read(20).startswith(b"version https://git-"):
                raise ModelError(f"{path} is a Git LFS pointer, not the model itself: run git lfs pull")
            file.seek(0)
            yield file
    except FileNotFoundError as error:
        raise ModelError(f"{path} does not exist: give the folder of an exported model") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    except (EOFError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} is not an ONNX file, or damaged: fetch or export the model again") from error


def _payloads(file: BinaryIO, size: int, wanted: int) -> Iterator[bytes]:
    """Contents of the top-level fields of that number; others are jumped over. EOFError if the bytes make no sense."""
    while file.tell() < size:
        tag = _varint(file)
        field, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            _varint(file)
            continue
        length = {_FIXED64: 8, _FIXED32: 4}.get(wire)
        if wire == _BYTES:
            length = _varint(file)
        if length is None or field == 0 or file.tell() + length > size:
            raise EOFError
        if wire == _BYTES and field == wanted:
            yield file.read(length)
        else:
            file.seek(length, 1)


def _varint(file: BinaryIO) -> int:
    value = shift = 0
    while True:
        byte = file.read(1)
        if not byte or shift > 63:
            raise EOFError
        value |= (byte[0] & 0x7F) << shift
        shift += 7
        if byte[0] < 0x80:
            return value


def _entry(payload: bytes) -> tuple[str, str]:
    key, value = (b"".join(_payloads(BytesIO(payload), len(payload), field)).decode() for field in (1, 2))
    return key, value
