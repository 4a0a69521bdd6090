"""LibriSpeech: read English audiobooks with transcripts and speakers.

Read by allears' own reader, which needs no torch; lhotse has a recipe, too. Panayotov et al. 2015.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allears.data.readers import READERS, GoodRow
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._folders import wrong_folder

__all__ = ["librispeech"]


def _read(folder: Path) -> Iterator[Item]:
    root = folder / "LibriSpeech" if (folder / "LibriSpeech").is_dir() else folder
    reader = READERS["librispeech"]()
    if not root.is_dir() or not reader.fits(root):
        raise wrong_folder(folder, ("*/*/*/*.trans.txt",)) if folder.is_dir() else ValueError(f"no folder {folder}")
    for row in reader.rows(root):
        yield row.clip if isinstance(row, GoodRow) else Skipped("a line or a file without its partner", row.where)


@CORPORA.register
def librispeech() -> Corpus:
    """LibriSpeech: 1000 h of read English."""
    return Corpus(
        title="LibriSpeech",
        licence="CC-BY-4.0",
        url="https://www.openslr.org/12",
        layout="LibriSpeech/SUBSET/SPEAKER/CHAPTER/*.flac and *.trans.txt, SPEAKERS.TXT",
        labels=("text", "language", "speaker", "gender"),
        split="official: by the subset's name",
        read=_read,
    )
