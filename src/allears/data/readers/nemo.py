"""NeMo's manifest: one JSON object a line with `audio_filepath`, `duration`, `offset`, `text`.

`lang` becomes `language`, `rttm_filepath` becomes `rttm`; every other key is a label field. Without an `id` the path
serves as one, with the offset behind it. A split is taken from the file's name (`train_manifest.json`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row

__all__ = ["NemoReader", "is_nemo", "nemo"]

_SPLITS = {"train": "train", "dev": "dev", "valid": "dev", "validation": "dev", "test": "test"}
_NAMES: dict[str, str] = {
    "audio_filepath": "audio", "offset": "start_s", "duration": "duration_s", "lang": "language",
    "rttm_filepath": "rttm",
}  # fmt: skip


class NemoReader:
    """See the module."""

    looks_like = "FILE.json or FILE.jsonl with `audio_filepath` in each line, of NeMo"

    def fits(self, path: Path) -> bool:
        return is_nemo(path)

    def rows(self, path: Path) -> Iterator[Row]:
        words = re.split(r"[_.\-]", path.name)
        split = next((split for word, split in _SPLITS.items() if word in words), None)
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _row(line, split, f"{path}:{number}", path.parent)


def is_nemo(path: Path) -> bool:
    """Whether a file's first line is one of a NeMo manifest."""
    if not path.is_file() or path.suffix not in (".json", ".jsonl"):
        return False
    with open(path, encoding="utf-8", errors="replace") as file:
        first = file.readline(100_000)
    return first.lstrip().startswith("{") and '"audio_filepath"' in first


def _row(line: str, split: str | None, where: str, root: Path) -> Row:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("it is not a JSON object")
        data: dict[str, Any] = {
            _NAMES.get(key, key): value for key, value in dict[str, Any](row).items() if value not in (None, "")
        }
        if split:
            data.setdefault("split", split)
        if "audio" in data:
            data.setdefault("id", f"{data['audio']}" + (f"@{data['start_s']:g}" if data.get("start_s") else ""))
        return GoodRow(where, Clip.from_row(data, root))
    except ValueError as error:
        return BadRow(where, str(error))


@READERS.register
def nemo() -> Reader:
    """NeMo's JSON lines."""
    return NemoReader()
