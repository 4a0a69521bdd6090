"""What is to be reached, and whether it is: `bars.toml` held against the reports of benchmarks.

In: bars, and the `results` of reports by the benchmark's name. Out: one row a bar, as text and as plain values.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

__all__ = ["COLUMNS", "Bar", "Row", "as_json", "as_table", "judge", "load_bars"]

COLUMNS = ("task", "test", "ours", "peer", "bar", "reached?")
Reached = Literal["yes", "no", "not measured", "no peer"]
_KEYS = frozenset({"task", "test", "benchmark", "ours", "peer", "better", "bar", "from_one", "scale", "digits"})


@dataclass(frozen=True)
class Bar:
    """One line of the file; see its head for what each is.

    Attributes:
        limit, of_peer: one of the two; the other is None.
    """

    task: str
    test: str
    benchmark: str
    ours: tuple[str, ...]
    better: Literal["higher", "lower"]
    limit: float | None = None
    of_peer: float | None = None
    is_strict: bool = False
    peer_name: str = ""
    peer: tuple[str, ...] = ()
    from_one: bool = False
    scale: float = 100.0
    digits: int = 1

    @property
    def text(self) -> str:
        """`>= 97.0`, `< 0.5 x peer`."""
        sign = (">" if self.better == "higher" else "<") + ("" if self.is_strict else "=")
        if self.limit is not None:
            return f"{sign} {self.scale * self.limit:.{self.digits}f}"
        return f"{sign} peer" if self.of_peer == 1 else f"{sign} {self.of_peer:g} x peer"


@dataclass(frozen=True)
class Row:
    """A bar and what was measured, in the unit it is shown in; None where it was not."""

    bar: Bar
    ours: float | None
    peer: float | None
    reached: Reached


def load_bars(path: Path) -> tuple[Bar, ...]:
    """The bars of a file.

    Raises:
        ValueError: a bar that cannot be; the message says which.
    """
    return tuple(_bar(row, f"{path}, bar {number}") for number, row in enumerate(_rows(path), start=1))


def judge(bar: Bar, results: Mapping[str, Mapping[str, Any]]) -> Row:
    """A bar held against results by benchmark."""
    found = results.get(bar.benchmark, {})
    ours, peer = _number(found, bar.ours, bar), _number(found, bar.peer, bar)
    limit = bar.limit if bar.limit is not None else None if peer is None else (bar.of_peer or 0.0) * peer
    reached: Reached = "not measured" if ours is None else "no peer" if limit is None else "no"
    if ours is not None and limit is not None:
        above = round(ours - limit if bar.better == "higher" else limit - ours, 9)  # 1 - 0.95 is not quite 0.05
        reached = "yes" if above > 0 or (above == 0 and not bar.is_strict) else "no"
    return Row(bar, _shown(ours, bar), _shown(peer, bar), reached)


def as_json(row: Row) -> dict[str, Any]:
    """A row as plain values; `reached` is null where that is not known."""
    known = {"yes": True, "no": False}
    return {
        "task": row.bar.task, "test": row.bar.test, "benchmark": row.bar.benchmark, "ours": row.ours,
        "peer": row.peer, "peer_name": row.bar.peer_name or None, "bar": row.bar.text,
        "reached": known.get(row.reached), "why": None if row.reached in known else row.reached,
    }  # fmt: skip


def as_table(rows: Sequence[Row]) -> str:
    """All rows, aligned."""
    cells = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def _cells(row: Row) -> tuple[str, ...]:
    bar = row.bar
    ours, peer = ("-" if value is None else f"{value:.{bar.digits}f}" for value in (row.ours, row.peer))
    named = f"{peer} ({bar.peer_name})" if bar.peer_name else ""
    return bar.task, bar.test, ours, named, bar.text, row.reached


def _number(found: Any, keys: Sequence[str], bar: Bar) -> float | None:
    """What stands at the keys; the mean of a table of numbers; None if there is nothing."""
    if not keys:
        return None
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, Mapping) and found:
        found = sum(found.values()) / len(found)
    if not isinstance(found, int | float):
        return None
    return 1 - found if bar.from_one else float(found)


def _shown(value: float | None, bar: Bar) -> float | None:
    return None if value is None else round(bar.scale * value, 6)


def _rows(path: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads(path.read_text(encoding="utf-8")).get("bars", []))


def _bar(row: dict[str, Any], where: str) -> Bar:
    if unknown := set(row) - _KEYS:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}; a bar has {', '.join(sorted(_KEYS))}")
    peer, bar = row.get("peer", {}), row.get("bar", {})
    if ("limit" in bar) == ("of_peer" in bar):
        raise ValueError(f"{where}: its bar is {bar}: give either limit or of_peer")
    if "of_peer" in bar and not peer:
        raise ValueError(f"{where}: of_peer {bar['of_peer']} is of no peer: give peer = {{ name = ..., at = [...] }}")
    if row.get("better") not in ("higher", "lower"):
        raise ValueError(f"{where}: better is {row.get('better')!r}: say 'higher' or 'lower'")
    plain = {
        key: row[key] for key in ("task", "test", "benchmark", "better", "from_one", "scale", "digits") if key in row
    }
    try:
        return Bar(
            ours=tuple(row["ours"]), peer=tuple(peer.get("at", ())), peer_name=peer.get("name", ""), **bar, **plain
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{where}: {error}: see the head of the file for what a bar has") from error
