"""CoVoST 2: translations of Common Voice.

In: a Common Voice folder of one language (clips/, validated.tsv) into which covost_v2.SOURCE_TARGET.tsv was put, or the
tables its script cuts out (covost_v2.SOURCE_TARGET.train.tsv, ...). Several targets are joined: one clip, many
`translations`. Its own splits, not those of Common Voice. Wang, Wu and Pino 2020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.readers.table import open_table
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import find_root
from allears.data.recipes._splits import SPLITS

__all__ = ["covost"]

_NAME = re.compile(r"covost_v2\.([\w-]+)_([\w-]+?)(?:\.(train|dev|test))?\.tsv$")


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "clips", "covost_v2.*.tsv")
    said = _said(root / "validated.tsv")
    clips: dict[str, Clip] = {}
    for table in sorted(root.glob("covost_v2.*.tsv")):
        for item in _rows(table, root, said):
            if isinstance(item, Skipped):
                yield item
                continue
            first = clips.setdefault(item.id, item)
            both = {**first.labels["translations"], **item.labels["translations"]}
            clips[item.id] = replace(first, labels={**first.labels, "translations": both})
    yield from clips.values()


def _rows(table: Path, root: Path, said: Mapping[str, tuple[str, str]]) -> Iterator[Clip | Skipped]:
    match = _NAME.match(table.name)
    if match is None:
        yield Skipped("a table that is not called covost_v2.SOURCE_TARGET.tsv", str(table))
        return
    source, target, part = match.groups()
    with open_table(table) as lines:
        for row in lines:
            name = row["path"]
            split = SPLITS.get((part or row.get("split") or "").removesuffix("_covost"))
            text, speaker = said.get(name, ("", ""))
            if split is None:
                yield Skipped("a row of no split", f"{table}:{lines.line_num}")
                continue
            labels = known(
                text=row.get("sentence") or text,
                language=source,
                speaker=row.get("client_id") or speaker,
                translations={target: row["translation"]},
            )
            yield Clip(Path(name).stem, root / "clips" / name, split=split, labels=labels)


def _said(table: Path) -> dict[str, tuple[str, str]]:
    """Clip -> its sentence and speaker."""
    if not table.is_file():
        return {}
    with open_table(table) as lines:
        return {row["path"]: (row["sentence"], row.get("client_id", "")) for row in lines}


@CORPORA.register
def covost() -> Corpus:
    """CoVoST 2: Common Voice with translations."""
    return Corpus(
        title="CoVoST 2",
        licence="CC0-1.0",
        url="https://github.com/facebookresearch/covost",
        layout="clips/*.mp3, validated.tsv and covost_v2.fr_en.tsv in one folder",
        labels=("text", "language", "speaker", "translations"),
        split="official",
        read=_read,
    )
