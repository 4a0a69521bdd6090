"""RIRS_NOISES: rooms, measured and simulated, and noises.

Own reader: lhotse's takes only files with `rir` in their name for rooms, and so leaves out those of the AIR database.
Rooms have the label `room`, noises the label `noise`; simulated rooms are in one split as a whole. Ko et al. 2017.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item
from allears.data.recipes._folders import audio_files, find_root
from allears.data.recipes._splits import hashed_split

__all__ = ["rirs_noises"]


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "*rirs*/*", "pointsource_noises")
    for path in audio_files(root, "pointsource_noises/*.wav"):
        yield Clip(path.stem, path, split=hashed_split(path.stem), labels={"noise": "point source"})
    for path in audio_files(root, "real_rirs_isotropic_noises/*.wav"):
        is_noise = "_noise_" in path.stem
        label = {"noise": "isotropic"} if is_noise else {"room": path.stem}
        yield Clip(path.stem, path, split=hashed_split(path.stem), labels=label)
    for path in audio_files(root, "simulated_rirs/*/*/*.wav"):
        room = f"{path.parts[-3]}-{path.parts[-2]}"  # smallroom-Room001
        yield Clip(f"{path.parts[-3]}-{path.stem}", path, split=hashed_split(room), labels={"room": room})


@CORPORA.register
def rirs_noises() -> Corpus:
    """RIRS_NOISES: impulse responses and noises."""
    return Corpus(
        title="RIRS_NOISES",
        licence="Apache-2.0",
        url="https://www.openslr.org/28",
        layout="pointsource_noises/, real_rirs_isotropic_noises/, simulated_rirs/smallroom/Room001/*.wav",
        labels=("room", "noise"),
        split="ours: by simulated room, else by file",
        read=_read,
    )
