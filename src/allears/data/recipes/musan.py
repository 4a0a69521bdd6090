"""MUSAN: music, speech and noise, to be mixed in. Read by lhotse.

`part` says which of the three a file is; `noise`, which says that nobody speaks, is absent from speech.
Terms differ from file to file, all free: see the LICENSE of each folder.
Snyder et al. 2015.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._folders import find_root
from allears.data.recipes._lhotse import lhotse_items
from allears.data.recipes._splits import hashed_split

__all__ = ["musan"]

_PARTS = ("music", "noise", "speech")


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "noise/*/*.wav")
    parts = [part for part in _PARTS if (root / part).is_dir()]
    yield from (
        Skipped(f"a part of the corpus: {part}/ is not there", str(root)) for part in _PARTS if part not in parts
    )
    yield from lhotse_items(
        "musan",
        {"corpus_dir": root, "parts": parts},
        labels=_labels,
        split=lambda part, clip: hashed_split(clip.id),
    )


def _labels(recording: Any, _said: Any) -> dict[str, Any]:
    part = recording.id.partition("-")[0]  # music-fma-0000, noise-free-sound-0000, speech-librivox-0000
    return {"part": part} if part == "speech" else {"part": part, "noise": part}


@CORPORA.register
def musan() -> Corpus:
    """MUSAN: music, speech, noise."""
    return Corpus(
        title="MUSAN",
        licence="CC-BY-4.0; terms of each file in its folder's LICENSE",
        url="https://www.openslr.org/17",
        layout="music/, noise/, speech/, each with folders of *.wav",
        labels=("part", "noise"),
        split="ours: by file",
        read=_read,
    )
