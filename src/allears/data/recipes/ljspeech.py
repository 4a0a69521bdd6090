"""LJSpeech: one woman reads seven books. Read by lhotse.

`text` is as printed, `normalized_text` has numbers and abbreviations written out. Ito and Johnson 2017.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.recipes import CORPORA, Corpus, Item
from allears.data.recipes._folders import find_root
from allears.data.recipes._lhotse import lhotse_items
from allears.data.recipes._splits import hashed_split

__all__ = ["ljspeech"]


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "metadata.csv", "wavs")
    yield from lhotse_items(
        "ljspeech",
        {"corpus_dir": root},
        labels=_labels,
        split=lambda part, clip: hashed_split(clip.id.partition("-")[0]),  # LJ001-0001: the chapter
    )


def _labels(_recording: Any, said: Any) -> dict[str, Any] | None:
    if said is None:
        return None
    text = {"text": said.text, "normalized_text": said.custom["normalized_text"]}
    return text | {"language": "en", "speaker": "Linda Johnson"}


@CORPORA.register
def ljspeech() -> Corpus:
    """LJSpeech: 24 h of one voice."""
    return Corpus(
        title="LJSpeech",
        licence="public domain",
        url="https://keithito.com/LJ-Speech-Dataset/",
        layout="metadata.csv and wavs/LJ001-0001.wav",
        labels=("text", "normalized_text", "language", "speaker", "gender"),
        split="ours: by chapter",
        read=_read,
    )
