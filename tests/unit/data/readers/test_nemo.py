"""NeMo's manifest is told from ours, and read."""

from __future__ import annotations

from pathlib import Path

from allears.data.open import find_reader
from allears.data.readers import READERS, BadRow, GoodRow

ROW = '{"audio_filepath": "a.wav", "duration": 2.5, "offset": 1.5, "text": "hi", "lang": "de", "speaker": null}\n'


def test_it_is_told_from_a_manifest_of_ours(tmp_path: Path) -> None:
    for name in ("train_manifest.json", "train.jsonl"):
        (tmp_path / name).write_text(ROW)
        assert find_reader(tmp_path / name) == "nemo"
    (tmp_path / "ours.jsonl").write_text('{"id": "a", "audio": "a.wav"}\n')
    assert find_reader(tmp_path / "ours.jsonl") == "manifest"


def test_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "train_manifest.json"
    path.write_text(ROW + '{"audio_filepath": "b.wav", "duration": -1}\n{"text": "no audio"}\noops\n')
    good, *bad = READERS["nemo"]().rows(path)
    assert isinstance(good, GoodRow)
    assert (good.clip.id, good.clip.audio, good.clip.split) == ("a.wav@1.5", tmp_path / "a.wav", "train")
    assert (good.clip.start_s, good.clip.duration_s) == (1.5, 2.5)
    assert good.clip.labels == {"text": "hi", "language": "de"}
    assert [isinstance(row, BadRow) for row in bad] == [True] * 3
    assert bad[0].where == f"{path}:2"
