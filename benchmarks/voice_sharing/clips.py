"""The manifests of all runs: what the teacher said, as it was described, and of each dialect so many minutes.

In: folders that `recipes/voice/describe.py` wrote, with one spec. Out: `voice.json`, `speech.jsonl`, `phones.jsonl`,
`letters.jsonl`, and `speech-DIALECT-MINUTES.jsonl`: the first clips of the dialect in an order that is nobody's.
"""

from __future__ import annotations

import json
import os
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from allears.data.manifest import PATH_LABELS
from allears.voice_spec import read_voice_spec
from voice_sharing.plan import ALL

__all__ = ["prepare"]

_NAMES = ("speech", "phones", "letters")


def prepare(taught: Sequence[Path], out: Path, minutes: Sequence[float], limit: int | None = None) -> dict[str, float]:
    """Dialect -> minutes that there are to learn from.

    Args:
        taught: folders; all with the same `voice.json`.
        out: folder of the manifests.
        minutes: of the small sets.
        limit: rows of each dialect, split and manifest at most, for a quick look.

    Raises:
        ValueError: folders of different specs, or no speech.
    """
    specs = {read_voice_spec(folder / "voice.json").to_json() for folder in taught}
    if len(specs) != 1:
        raise ValueError(f"{len(taught)} folders have {len(specs)} different voice.json: describe them together")
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "voice.json", specs)
    speech: list[dict[str, Any]] = []
    for name in _NAMES:
        rows = [row for folder in taught for row in _rows(folder, name)]
        rows = rows if limit is None else _first(rows, limit)
        _write(out / f"{name}.jsonl", (json.dumps(row, ensure_ascii=False) for row in rows))
        speech = rows if name == "speech" else speech
    found: dict[str, float] = defaultdict(float)
    for row in speech:
        found[row["accent"]] += row["duration_s"] / 60 if row["split"] == "train" else 0.0
    for dialect in found:
        own = [row for row in speech if row["accent"] == dialect and row["split"] == "train"]
        for amount in minutes:
            if amount != ALL:
                kept = _first_minutes(own, amount)
                _write(out / f"speech-{dialect}-{amount:g}.jsonl", (json.dumps(r, ensure_ascii=False) for r in kept))
    if not found:
        raise ValueError(f"no speech in {', '.join(map(str, taught))}: run recipes/voice/teach.py and describe.py")
    return dict(found)


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Their paths absolute."""
    rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        for key in ("audio", *PATH_LABELS):
            if key in row and row[key] != "none":
                row[key] = str((folder / row[key]).resolve())
    return rows


def _first(rows: Sequence[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """At most so many of each dialect and split."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    kept = []
    for row in sorted(rows, key=_order):
        counts[row["accent"], row["split"]] += 1
        if counts[row["accent"], row["split"]] <= limit:
            kept.append(row)
    return kept


def _first_minutes(rows: Sequence[dict[str, Any]], minutes: float) -> list[dict[str, Any]]:
    kept, said_s = [], 0.0
    for row in sorted(rows, key=_order):
        if said_s + row["duration_s"] <= 60 * minutes or not kept:
            kept.append(row)
            said_s += row["duration_s"]
    return kept


def _order(row: dict[str, Any]) -> tuple[int, str]:
    return zlib.crc32(row["id"].encode()), row["id"]


def _write(path: Path, lines: Iterable[str]) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.replace(partial, path)
