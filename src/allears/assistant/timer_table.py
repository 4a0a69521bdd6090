"""Timers and alarms on disk.

In: times (seconds since 1970). Out: those that are set, and those that are due, each once.
"""

from __future__ import annotations

from dataclasses import dataclass

from allears.assistant.store import Store

__all__ = ["Timer", "TimerTable"]


@dataclass(frozen=True)
class Timer:
    """A timer or an alarm. `who` set it; empty if nobody knows. `due_at`: seconds since 1970."""

    id: int
    kind: str
    name: str
    who: str
    due_at: float
    length_s: float


_COLUMNS = "id, kind, name, who, due_at, length_s"


class TimerTable:
    """See the module.

    Args:
        store: that has the table.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, kind: str, name: str, who: str, due_at: float, length_s: float) -> None:
        """Set one."""
        sql = "INSERT INTO timers (kind, name, who, due_at, length_s) VALUES (?, ?, ?, ?, ?)"
        self._store.change(sql, kind, name, who, due_at, length_s)

    def all(self, kind: str) -> list[Timer]:
        """Those of a kind, the soonest first."""
        sql = f"SELECT {_COLUMNS} FROM timers WHERE kind = ? ORDER BY due_at"
        return [Timer(*row) for row in self._store.rows(sql, kind)]

    def remove(self, number: int) -> bool:
        """Whether it was there."""
        return self._store.change("DELETE FROM timers WHERE id = ?", number) == 1

    def move(self, number: int, by_s: float) -> None:
        """Later, or sooner."""
        self._store.change("UPDATE timers SET due_at = due_at + ? WHERE id = ?", by_s, number)

    def take_due(self, now: float) -> list[Timer]:
        """Those that are due; they are gone then, and no other process gets them."""
        sql = f"SELECT {_COLUMNS} FROM timers WHERE due_at <= ? ORDER BY due_at"
        return [timer for timer in (Timer(*row) for row in self._store.rows(sql, now)) if self.remove(timer.id)]
