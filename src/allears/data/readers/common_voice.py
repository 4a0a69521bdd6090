"""Common Voice's folder of one language: clips/*.mp3 and train.tsv, dev.tsv, test.tsv.

Labels: text (`sentence`), speaker (`client_id`), language (`locale`, else the folder's name), gender, age (middle of
the decade), accent. A validated.tsv is read only if none of the three is there; its rows have no split.
Source: Ardila et al. 2020. CC0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row
from allears.data.readers.table import open_table

__all__ = ["CommonVoiceReader", "common_voice"]

_SPLITS = ("train", "dev", "test")
_DECADES = ("teens", "twenties", "thirties", "fourties", "fifties", "sixties", "seventies", "eighties", "nineties")
_AGES = {name: 15 + 10 * i for i, name in enumerate(_DECADES)}  # "fourties" is how the corpus spells it
_GENDERS = {"male": "male", "female": "female", "male_masculine": "male", "female_feminine": "female"}


class CommonVoiceReader:
    """See the module."""

    looks_like = "a Common Voice folder of one language: clips/ and train.tsv, dev.tsv, test.tsv"

    def fits(self, path: Path) -> bool:
        return path.is_dir() and (path / "clips").is_dir() and bool(_tables(path))

    def rows(self, path: Path) -> Iterator[Row]:
        for table, split in _tables(path):
            with open_table(table) as lines:
                missing = {"path", "sentence"} - set(lines.fieldnames or ())
                if missing:
                    yield BadRow(f"{table}:1", f"the header has no column {', '.join(sorted(missing))}")
                    continue
                for cells in lines:
                    yield _row(cells, split, f"{table}:{lines.line_num}", path)


def _tables(path: Path) -> list[tuple[Path, str | None]]:
    found: list[tuple[Path, str | None]] = [(path / f"{split}.tsv", split) for split in _SPLITS]
    found = [(table, split) for table, split in found if table.is_file()]
    validated = path / "validated.tsv"
    return found or ([(validated, None)] if validated.is_file() else [])


def _row(cells: Mapping[str, Any], split: str | None, where: str, root: Path) -> Row:
    name = (cells["path"] or "").strip()
    if not name:
        return BadRow(where, "the cell `path` is empty")
    labels = {
        "text": cells["sentence"],
        "speaker": cells.get("client_id"),
        "language": cells.get("locale") or root.name,
        "gender": _GENDERS.get(cells.get("gender") or ""),
        "age": _AGES.get(cells.get("age") or ""),
        "accent": cells.get("accents") or cells.get("accent"),
    }
    clip = Clip(
        Path(name).stem,
        root / "clips" / name,
        split=split,
        source="Common Voice",
        licence="CC0-1.0",
        labels={key: value for key, value in labels.items() if value},
    )
    return GoodRow(where, clip)


@READERS.register
def common_voice() -> Reader:
    """Common Voice's folder layout."""
    return CommonVoiceReader()
