from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allears.meeting.chunk import Chunk
from allears.meeting.work import Work
from tests.unit.meeting.made import chunk_of, windows_of

ABOUT = {"source": "a.wav", "bytes": 12}


def _same(one: Chunk, two: Chunk) -> bool:
    fields = ("start_s", "end_s", "segments", "language", "languages", "speech")
    arrays = ("pieces", "vectors", "moods")
    return all(getattr(one, f) == getattr(two, f) for f in fields) and all(
        np.array_equal(getattr(one, a), getattr(two, a)) for a in arrays
    )


def test_what_was_heard_is_read_back_exactly(tmp_path: Path) -> None:
    work, chunks = Work(tmp_path / "w", ABOUT), [chunk_of([(0.1, 3.3, 1)]), chunk_of([(4.0, 4.3, 2)], seed=1)]
    for chunk in chunks:
        work.add(chunk)
    again = Work(tmp_path / "w", ABOUT, is_resumed=True)
    assert len(again.chunks) == 2
    assert all(map(_same, chunks, again.chunks))
    assert stat.S_IMODE((tmp_path / "w" / "chunk-000000.npz").stat().st_mode) == 0o600


def test_work_is_not_overwritten_unasked(tmp_path: Path) -> None:
    Work(tmp_path / "w", ABOUT)
    with pytest.raises(ValueError, match="--resume"):
        Work(tmp_path / "w", ABOUT)


def test_work_of_another_recording_is_refused(tmp_path: Path) -> None:
    Work(tmp_path / "w", ABOUT)
    with pytest.raises(ValueError, match="bytes 12, now 13"):
        Work(tmp_path / "w", ABOUT | {"bytes": 13}, is_resumed=True)


def test_a_damaged_chunk_ends_what_is_taken_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    work = Work(tmp_path / "w", ABOUT)
    for seed in range(3):
        work.add(chunk_of([(0.1, 3.3, 1)], seed=seed))
    (tmp_path / "w" / "chunk-000001.npz").write_bytes(b"half a file")
    assert len(Work(tmp_path / "w", ABOUT, is_resumed=True).chunks) == 1
    assert "damaged" in caplog.text


def test_windows_are_read_back_exactly(tmp_path: Path) -> None:
    turns = [(0.1, 3.3, 1), (3.0, 12.0, 2)]
    chunk = replace(chunk_of(turns), windows=windows_of(turns, 12.5))
    Work(tmp_path / "w", ABOUT).add(chunk)
    (back,) = Work(tmp_path / "w", ABOUT, is_resumed=True).chunks
    assert len(back.windows) == len(chunk.windows) == 2
    for one, two in zip(chunk.windows, back.windows, strict=True):
        assert (one.start_s, one.step_s) == (two.start_s, two.step_s)
        assert all(
            np.array_equal(getattr(one, name), getattr(two, name)) for name in ("presence", "vectors", "alone_s")
        )
