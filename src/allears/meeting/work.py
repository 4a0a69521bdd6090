"""The work of a meeting that is not done yet, on disk: a file a chunk, so that a crash costs one chunk.

In: chunks as they are heard. Out: those of an interrupted run. Each file is written whole or not at all, and readable
by its owner alone. `work.json` says what was being heard and how: work of another recording, model or option is
refused.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import numpy as np

from allears.decode.answers import Segment, Span, Word
from allears.meeting.chunk import Chunk
from allears.meeting.local import LocalWindow
from allears.user_data import private_file

__all__ = ["Work"]

log = logging.getLogger(__name__)

_HEAD = "work.json"
_WINDOW = ("presence", "vectors", "alone_s")  # arrays of a window, in the order of its fields


class Work:
    """The folder of one meeting's work.

    Args:
        folder: of it; made if it is not there.
        about: what is heard and how, as plain values.
        is_resumed: take up what an earlier run left; without it, a folder with work is an error.

    Attributes:
        chunks: heard so far, in order, without a gap.

    Raises:
        ValueError: there is work and `is_resumed` is false, or it is of something else.
        OSError: the folder cannot be written.
    """

    def __init__(self, folder: Path, about: Mapping[str, object], *, is_resumed: bool = False) -> None:
        self.folder, head = folder, folder / _HEAD
        self.chunks: list[Chunk] = []
        if head.is_file():
            if not is_resumed:
                raise ValueError(
                    f"{folder} holds unfinished work of an earlier run: go on with it (--resume), or delete the folder"
                )
            _check_same(json.loads(head.read_text(encoding="utf-8")), about, folder)
            self.chunks = self._read()
            return
        with private_file(head) as file:
            file.write(json.dumps(about, ensure_ascii=False, indent=1).encode())

    def add(self, chunk: Chunk) -> None:
        """Keep the next chunk.

        Raises:
            OSError: it cannot be written.
        """
        with private_file(self._path(len(self.chunks))) as file:
            file.write(_packed(chunk))
        self.chunks.append(chunk)

    @staticmethod
    def finish(folder: Path) -> None:
        """Delete the work in a folder: the minutes are written."""
        shutil.rmtree(folder)

    def _read(self) -> list[Chunk]:
        chunks: list[Chunk] = []
        while (path := self._path(len(chunks))).is_file():
            try:
                chunks.append(_unpacked(path.read_bytes()))
            except (ValueError, KeyError, OSError, TypeError) as error:
                log.warning("%s is damaged (%r): heard again from there on", path, error)
                break
        return chunks

    def _path(self, number: int) -> Path:
        return self.folder / f"chunk-{number:06d}.npz"


def _check_same(kept: Mapping[str, object], about: Mapping[str, object], folder: Path) -> None:
    differing = [
        f"{key} {kept.get(key)!r}, now {about.get(key)!r}"
        for key in sorted({*kept, *about})
        if kept.get(key) != about.get(key)
    ]
    if differing:
        raise ValueError(
            f"{folder} holds work of something else ({'; '.join(differing)}): give what was given then, or delete it"
        )


def _packed(chunk: Chunk) -> bytes:
    words = {
        "times": [chunk.start_s, chunk.end_s],
        "language": chunk.language,
        "languages": dict(chunk.languages),
        "speech": [[span.start_s, span.end_s] for span in chunk.speech],
        "segments": [asdict(segment) for segment in chunk.segments],
        "windows": [[window.start_s, window.step_s] for window in chunk.windows],
    }
    windows = {
        f"{name}-{number}": getattr(window, name) for number, window in enumerate(chunk.windows) for name in _WINDOW
    }
    buffer = BytesIO()
    text = np.frombuffer(json.dumps(words, ensure_ascii=False, default=float).encode(), np.uint8)
    np.savez(buffer, text=text, pieces=chunk.pieces, vectors=chunk.vectors, moods=chunk.moods, **windows)
    return buffer.getvalue()


def _unpacked(content: bytes) -> Chunk:
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        words = json.loads(arrays["text"].tobytes())
        pieces, vectors, moods = (arrays[name] for name in ("pieces", "vectors", "moods"))
        windows = tuple(
            LocalWindow(*times, *(arrays[f"{name}-{number}"] for name in _WINDOW))
            for number, times in enumerate(words.get("windows", ()))
        )
    segments = tuple(
        Segment(**{**one, "words": tuple(Word(**word) for word in one["words"]), "tokens": tuple(one["tokens"])})
        for one in words["segments"]
    )
    speech = tuple(Span(*times) for times in words["speech"])
    start_s, end_s = words["times"]
    return Chunk(
        start_s, end_s, segments, words["language"], speech, pieces, vectors, moods, words["languages"], windows
    )
