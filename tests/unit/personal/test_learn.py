"""Corrected clips become a manifest, and an adapter only where it helped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.data.manifest import read_manifest
from allears.personal import CorrectionStore
from allears.personal.learn import learn
from allears.runtime.model_folder import ModelFolder


def _correct(count: int) -> None:
    for n in range(count):
        CorrectionStore().add(np.full(1600, n / 100, np.float32), f"said {n}", f"heard {n}", language="en")


def _trainer(seen: list[list[str]], after: float):  # type: ignore[no-untyped-def]
    def train(folder: ModelFolder, manifest: Path, out: Path) -> tuple[Path, float, float]:
        assert folder.spec.name == "fake"
        clips = list(read_manifest(manifest))
        assert all(Path(clip.audio).is_file() for clip in clips)
        seen.append([str(clip.split) for clip in clips])
        made = out.with_suffix(".npz")
        made.write_bytes(b"adapter")
        return made, 0.5, after

    return train


def test_a_dozen_clips_make_an_adapter_of_the_users(fake_model: Path, home: Path) -> None:
    _correct(12)
    seen: list[list[str]] = []
    done = learn("me", fake_model, trainer=_trainer(seen, 0.25))
    assert seen == [["train", "train", "train", "dev"] * 3]
    assert done.path == home / "adapters" / "me.npz"
    assert done.path.read_bytes() == b"adapter"
    assert done.path.stat().st_mode & 0o077 == 0
    assert (done.num_clips, done.before, done.after) == (12, 0.5, 0.25)


def test_what_does_not_help_is_not_kept(fake_model: Path, home: Path) -> None:
    _correct(12)
    with pytest.raises(ValueError, match=r"nothing was kept: .* 50.0 % of words .* 50.0 % after"):
        learn("me", fake_model, trainer=_trainer([], 0.5))
    assert not (home / "adapters").exists()


def test_too_few_clips(fake_model: Path) -> None:
    _correct(3)
    with pytest.raises(ValueError, match="there are 3 corrected clips, learning needs 12"):
        learn("me", fake_model, trainer=_trainer([], 0.0))
