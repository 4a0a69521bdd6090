"""Common Voice: sentences read by volunteers, a folder a language.

In: the folder of one language, or of a release with several. Read by allears' own reader: no torch, and lhotse would
open every MP3 twice. The rows of validated.tsv, which is taken where there are no split tables, have no split.
Ardila et al. 2020.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allears.data.readers import READERS, GoodRow
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._folders import roots

__all__ = ["common_voice"]


def _read(folder: Path) -> Iterator[Item]:
    for root in roots(folder, "clips", "*.tsv"):
        for row in READERS["common-voice"]().rows(root):
            yield row.clip if isinstance(row, GoodRow) else Skipped(f"a row that cannot be read: {row.why}", row.where)


@CORPORA.register
def common_voice() -> Corpus:
    """Common Voice: read sentences in more than a hundred languages."""
    return Corpus(
        title="Common Voice",
        licence="CC0-1.0",
        url="https://commonvoice.mozilla.org/datasets",
        layout="LANGUAGE/clips/*.mp3 and LANGUAGE/train.tsv, dev.tsv, test.tsv (or validated.tsv)",
        labels=("text", "language", "speaker", "gender", "age", "accent"),
        split="official: by the table",
        read=_read,
    )
