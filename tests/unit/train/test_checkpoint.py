"""Files of a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from allears.train.checkpoint import FORMAT, RunFolder, find_checkpoint, read_checkpoint


def test_the_newest_and_the_best_are_kept(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, keep=2)
    for step in (1, 2, 3, 4):
        folder.save({"format": FORMAT, "step": step}, is_best=step == 2)
    assert sorted(p.name for p in (tmp_path / "checkpoints").iterdir()) == [
        "best.pt",
        "step-000003.pt",
        "step-000004.pt",
    ]
    assert read_checkpoint(find_checkpoint(tmp_path))["step"] == 2
    assert read_checkpoint(find_checkpoint(tmp_path, prefer_best=False))["step"] == 4


def test_bad_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no checkpoint in"):
        find_checkpoint(tmp_path)
    (tmp_path / "text.pt").write_text("hello")
    with pytest.raises(ValueError, match="cannot be read as a checkpoint"):
        read_checkpoint(tmp_path / "text.pt")
    torch.save({"weights": torch.zeros(1)}, tmp_path / "other.pt")
    with pytest.raises(ValueError, match="no checkpoint of `allears train`"):
        read_checkpoint(tmp_path / "other.pt")
    torch.save({"format": FORMAT + 1}, tmp_path / "newer.pt")
    with pytest.raises(ValueError, match="upgrade allears"):
        read_checkpoint(tmp_path / "newer.pt")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _turn_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.find(bytes([7]) * 1000) + 500] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [_cut, _turn_a_byte, lambda path: path.write_bytes(b"")])
def test_a_damaged_checkpoint_is_put_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    folder = RunFolder(tmp_path, keep=1)
    weights = torch.full((4000,), 7, dtype=torch.uint8)
    folder.save({"format": FORMAT, "step": 1, "model": weights}, is_best=True)
    newest = folder.save({"format": FORMAT, "step": 2, "model": weights})
    damage(newest)
    found = folder.newest_sound()
    assert found is not None
    assert (found[0].name, found[1]["step"]) == ("best.pt", 1)
    assert "put aside" in caplog.text
    assert folder.steps == []  # or else it would be kept as the newest, and the sound ones be dropped
    assert newest.with_name("step-000002.pt.damaged").is_file()
    damage(tmp_path / "checkpoints" / "best.pt")
    with pytest.raises(ValueError, match="cannot be read"):
        folder.newest_sound()
    assert RunFolder(tmp_path / "new").newest_sound() is None


def test_what_a_killed_run_was_writing_is_swept_up(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    left = tmp_path / "checkpoints" / "step-000007.pt.partial"
    left.write_bytes(b"half a file")
    folder.save({"format": FORMAT, "step": 8})
    assert not left.exists()
