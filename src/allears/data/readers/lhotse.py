"""Lhotse cuts: *_cuts.jsonl or *_cuts.jsonl.gz, read without lhotse (which needs torch) and with line numbers.

Taken are plain cuts of one recording in files. Labels: text, speaker, language, gender of the supervisions where they
agree (texts are joined), and their `custom` fields. Refused, row by row: mixed or padded cuts, recordings that are
altered on the fly or lie in archives; in lhotse, `CutSet.save_audios` makes plain cuts of them.
A split is taken from the file's name (`*_cuts_train.jsonl`, `train_cuts.jsonl`).
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row

__all__ = ["LhotseReader", "lhotse"]

_NAME = re.compile(r"cuts.*\.jsonl(\.gz)?$")
_SPLITS = ("train", "dev", "test")
_FIELDS = ("speaker", "language", "gender")
_SAVE = "`CutSet.save_audios` of lhotse makes plain cuts"


class LhotseReader:
    """See the module."""

    looks_like = "NAME_cuts.jsonl or NAME_cuts.jsonl.gz of lhotse"

    def fits(self, path: Path) -> bool:
        return path.is_file() and bool(_NAME.search(path.name))

    def rows(self, path: Path) -> Iterator[Row]:
        split = next((s for s in _SPLITS if s in re.split(r"[_.\-]", path.name)), None)
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _row(line, split, f"{path}:{number}")


def _row(line: str, split: str | None, where: str) -> Row:
    try:
        cut = json.loads(line)
        if cut.get("type", "MonoCut") not in ("MonoCut", "MultiCut"):
            raise ValueError(f"a {cut['type']}, not a plain cut: {_SAVE}")
        recording = cut["recording"]
        clip = Clip(
            id=cut["id"],
            audio=_file_of(recording),
            start_s=float(cut["start"]),
            duration_s=float(cut["duration"]),
            split=split,
            source=(cut.get("custom") or {}).get("source"),
            labels=_labels(cut.get("supervisions") or ()),
        )
        return GoodRow(where, clip)
    except (AttributeError, KeyError, TypeError) as error:
        return BadRow(where, f"not a cut of lhotse: {error!r}")
    except ValueError as error:
        return BadRow(where, str(error))


def _file_of(recording: Mapping[str, Any]) -> Path:
    if recording.get("transforms"):
        raise ValueError(f"the recording is altered on the fly ({len(recording['transforms'])} transforms): {_SAVE}")
    sources = recording["sources"]
    if len(sources) != 1 or sources[0]["type"] != "file":
        kinds = ", ".join(sorted({str(source["type"]) for source in sources}))
        raise ValueError(f"the recording has {len(sources)} sources of type {kinds}, one `file` is needed: {_SAVE}")
    return Path(sources[0]["source"])


def _labels(supervisions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the supervisions agree on, and their texts one after another if each has one."""
    labels: dict[str, Any] = {}
    texts = [s.get("text") for s in sorted(supervisions, key=lambda s: float(s["start"]))]
    if texts and all(texts):
        labels["text"] = " ".join(str(text) for text in texts)
    told = [{**(s.get("custom") or {}), **{f: s.get(f) for f in _FIELDS}} for s in supervisions]
    for field in sorted({field for one in told for field in one}):
        values = [one.get(field) for one in told]
        if values[0] is not None and all(value == values[0] for value in values):
            labels[field] = values[0]
    return labels


@READERS.register
def lhotse() -> Reader:
    """Lhotse's cuts."""
    return LhotseReader()
