"""A corrected clip is kept whole, once, and private."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.personal import CorrectionStore

CLIP = (0.5 * np.sin(np.arange(8000) / 7)).astype(np.float32)


def test_the_clip_and_both_texts_come_back(home: Path) -> None:
    kept = CorrectionStore().add(CLIP, " call  Szabó Ágnes ", "call sabo agnes", language="en", voice="id1")
    (read,) = CorrectionStore().load()
    assert read == kept
    assert (read.text, read.heard, read.duration_s) == ("call Szabó Ágnes", "call sabo agnes", 0.5)
    path = CorrectionStore().audio_of(read)
    sound, rate = soundfile.read(path, dtype="float32")
    assert rate == 16_000
    np.testing.assert_allclose(sound, CLIP, atol=1e-4)
    assert all(file.stat().st_mode & 0o077 == 0 for file in (home / "corrections").iterdir())


def test_the_same_clip_counts_once() -> None:
    store = CorrectionStore()
    store.add(CLIP, "one", "won")
    store.add(CLIP, "two", "won")
    store.add(-CLIP, "three", "tree")
    assert [one.text for one in store.load()] == ["two", "three"]


def test_removed_and_forgotten_clips_leave_nothing(home: Path) -> None:
    store = CorrectionStore()
    store.remove(store.add(CLIP, "one", "won"))
    store.add(CLIP, "one", "won", voice="id1")
    assert store.forget_voice("") == 0
    assert store.forget_voice("id1") == 1
    assert not list((home / "corrections").iterdir())


@pytest.mark.parametrize("text", ["", "  ", "?!"])
def test_a_text_without_words_is_refused(text: str, home: Path) -> None:
    with pytest.raises(ValueError, match="a correction needs what was said"):
        CorrectionStore().add(CLIP, text, "won")
    assert not home.exists()


def test_a_broken_file_is_told(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    (home / "corrections").mkdir(parents=True)
    (home / "corrections" / "x.json").write_text('{"id": 1}')
    with caplog.at_level(logging.WARNING):
        assert CorrectionStore().load() == ()
    assert "x.json is not a correction" in caplog.text
