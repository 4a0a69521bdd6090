"""One JSON line a clip: where its audio is and whatever labels it has.

In: a JSONL file. Out: `Clip` values. A label that is not known has no key: absence, never a sentinel.
The layout is that of the development corpora and a thin cousin of Lhotse's supervisions and NeMo's manifests. Paths in
a row (`audio`, and the labels `clean`, `rttm` and `teacher`) are relative to the manifest's folder, or absolute.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["PATH_LABELS", "Clip", "read_manifest", "write_manifest"]

PATH_LABELS = ("clean", "rttm", "teacher", "voice")  # labels whose value is the path of a file
_OWN_KEYS = frozenset({"id", "audio", "start_s", "duration_s", "split", "source", "licence"})


@dataclass(frozen=True)
class Clip:
    """A stretch of one audio file and its labels.

    Attributes:
        id: unique within the manifest.
        audio: path of the audio file, absolute or relative to the working folder.
        start_s: where the clip starts in the file, seconds.
        duration_s: length in seconds; None means to the end of the file.
        split: `train`, `dev` or `test`; None if the manifest does not say.
        source: corpus the clip comes from.
        licence: licence of this row.
        labels: field name -> value; a field that is not known is not there.
    """

    id: str
    audio: Path
    start_s: float = 0.0
    duration_s: float | None = None
    split: str | None = None
    source: str | None = None
    licence: str | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_row(cls, row: Mapping[str, Any], root: Path) -> Clip:
        """Build a clip from one manifest row; `audio` is taken relative to `root`."""
        for key in ("id", "audio"):
            if not isinstance(row.get(key), str) or not row[key]:
                raise ValueError(f"a manifest row needs the key {key!r} as a non-empty string, got {row.get(key)!r}")
        labels = {k: v for k, v in row.items() if k not in _OWN_KEYS and v is not None}
        labels |= {k: str(root / labels[k]) for k in PATH_LABELS if k in labels}
        return cls(
            id=row["id"],
            audio=root / row["audio"],
            start_s=_seconds(row, "start_s") or 0.0,
            duration_s=_seconds(row, "duration_s"),
            split=row.get("split"),
            source=row.get("source"),
            licence=row.get("licence"),
            labels=labels,
        )

    def to_row(self, root: Path) -> dict[str, Any]:
        """The row `from_row` reads back; paths are written relative to `root`, those of labels only if not absolute."""
        row: dict[str, Any] = {"id": self.id, "audio": os.path.relpath(self.audio, root)}
        if self.start_s:
            row["start_s"] = self.start_s
        for key in ("duration_s", "split", "source", "licence"):
            if getattr(self, key) is not None:
                row[key] = getattr(self, key)
        labels = dict(self.labels)
        for key in PATH_LABELS:
            if key in labels and not os.path.isabs(labels[key]):
                labels[key] = os.path.relpath(labels[key], root)
        return row | labels


def _seconds(row: Mapping[str, Any], key: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value < math.inf:
        raise ValueError(f"{key} is {value!r}: give a finite number of seconds, 0 or more, or leave it out")
    return float(value)


def read_manifest(path: str | Path) -> Iterator[Clip]:
    """Yield the clips of a JSONL manifest; audio paths are relative to the manifest's folder.

    Raises:
        ValueError: a line that is not a JSON object or lacks `id` or `audio`, with its line number.
    """
    path = Path(path)
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError("it is not a JSON object")
                yield Clip.from_row(row, path.parent)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: cannot read this manifest line: {error}") from error


def write_manifest(clips: Iterable[Clip], path: str | Path) -> int:
    """Write clips as JSONL, atomically (a temporary file, then a rename). Returns how many."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    count = 0
    with open(partial, "w", encoding="utf-8") as file:
        for clip in clips:
            file.write(json.dumps(clip.to_row(path.parent), ensure_ascii=False) + "\n")
            count += 1
    os.replace(partial, path)
    return count
