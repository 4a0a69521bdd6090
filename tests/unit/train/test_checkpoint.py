"""Files of a run."""

from __future__ import annotations

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
