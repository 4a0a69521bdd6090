"""Whose clips are learned from, and which are held out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.transfer.voice.clips import voice_clips


def _manifest(folder: Path, rows: list[dict[str, object]]) -> Path:
    full = [
        {"id": f"c{n}", "audio": f"{n}.wav", "duration_s": 3.0, "text": "hello"} | row for n, row in enumerate(rows)
    ]
    path = folder / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in full), encoding="utf-8")
    return path


def test_every_tenth_is_held_out(tmp_path: Path) -> None:
    found = voice_clips(_manifest(tmp_path, [{"speaker": "ann"}] * 20))
    assert [clip.id for clip in found.held_out] == ["c9", "c19"] and len(found.train) == 18
    assert found.minutes == pytest.approx(0.9)
    assert len(voice_clips(_manifest(tmp_path, [{}] * 3)).held_out) == 1


def test_the_manifest_s_own_splits_go_first(tmp_path: Path) -> None:
    rows = [{"split": "train"}] * 3 + [{"split": "test"}]
    assert [clip.id for clip in voice_clips(_manifest(tmp_path, rows)).held_out] == ["c3"]
    assert len(voice_clips(_manifest(tmp_path, [{"split": "test"}] * 4)).train) == 3  # VCTK's splits are of speakers


def test_minutes_are_counted(tmp_path: Path) -> None:
    found = voice_clips(_manifest(tmp_path, [{}] * 20), minutes=0.1)
    assert [clip.id for clip in found.train] == ["c0", "c1"] and len(found.held_out) == 2


def test_one_of_several_speakers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"speaker": "ann"}] * 3 + [{"speaker": "ben"}, {"speaker": "ann", "duration_s": 0.1}, {"text": ""}]
    path = _manifest(tmp_path, rows)
    with pytest.raises(ValueError, match=r"2 speakers \(ann 4, ben 1\): choose one with --speaker"):
        voice_clips(path)
    with pytest.raises(ValueError, match="no clips with a text of speaker 'eve'"):
        voice_clips(path, speaker="eve")
    with pytest.raises(ValueError, match="has 1 clips to learn a voice from"):
        voice_clips(path, speaker="ben")
    caplog.clear()
    assert len(voice_clips(path, speaker="ann").train) == 2
    assert "1 of 6 clips have no text, 1 of the voice's" in caplog.text


def test_the_layout_of_vctk_is_known(tmp_path: Path) -> None:
    for number in range(1, 5):
        sound = tmp_path / "wav48" / "p225" / f"p225_{number:03d}.wav"
        text = tmp_path / "txt" / "p225" / f"p225_{number:03d}.txt"
        for path in (sound, text):
            path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(sound, np.zeros(16_000), 16_000)
        text.write_text("Please call Stella.", encoding="utf-8")
    found = voice_clips(tmp_path)
    assert len(found.train) == 3 and found.train[0].labels["speaker"] == "p225"
