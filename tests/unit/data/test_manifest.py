"""The manifest: what is written is read back, paths stay true wherever one stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.data.manifest import Clip, read_manifest, write_manifest


def test_round_trip(tmp_path: Path) -> None:
    clips = [
        Clip("a", tmp_path / "audio/a.wav", 1.5, 2.0, "dev", "corpus", "CC0", {"text": "på", "age": 3}),
        Clip("b", tmp_path / "b.wav"),
    ]
    assert write_manifest(clips, tmp_path / "m.jsonl") == 2
    assert list(read_manifest(tmp_path / "m.jsonl")) == clips
    assert not list(tmp_path.glob("*.partial"))


def test_paths_are_relative_to_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.jsonl").write_text('{"id": "a", "audio": "x/a.wav", "rttm": "x/a.rttm", "teacher": "/t/a.npz"}\n')
    (clip,) = read_manifest(tmp_path / "m.jsonl")
    assert clip.audio == tmp_path / "x/a.wav"
    assert clip.labels == {"rttm": str(tmp_path / "x/a.rttm"), "teacher": "/t/a.npz"}
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    (clip,) = read_manifest("m.jsonl")
    write_manifest([clip], "sub/n.jsonl")
    (again,) = read_manifest("sub/n.jsonl")
    assert Path(again.labels["rttm"]).resolve() == tmp_path / "x/a.rttm"
    assert again.labels["teacher"] == "/t/a.npz"


def test_null_is_absence(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"id": "a", "audio": "a.wav", "text": null, "split": null}\n')
    (clip,) = read_manifest(tmp_path / "m.jsonl")
    assert clip.labels == {} and clip.split is None


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": "", "audio": "a.wav"}', '{"audio": "a.wav"}'])
def test_a_bad_line_is_an_error_with_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "m.jsonl").write_text('{"id": "ok", "audio": "a.wav"}\n' + line + "\n")
    with pytest.raises(ValueError, match=r"m\.jsonl:2: cannot read this manifest line"):
        list(read_manifest(tmp_path / "m.jsonl"))
