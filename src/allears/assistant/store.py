"""What the assistant keeps: timers, lists, what was fetched, what it was told; one SQLite file of the user's.

In: a path. Out: short transactions. Two processes may use one file: writers wait for each other, and a timer is rung by
one of them. The layout has a number (`PRAGMA user_version`); a file of a newer one is refused rather than spoilt.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allears.user_data import user_folder

__all__ = ["Store", "store_path"]

_WAIT_S = 10.0  # for another process that writes
_STEPS = (
    """
    CREATE TABLE timers (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, who TEXT NOT NULL,
        due_at REAL NOT NULL, length_s REAL NOT NULL
    );
    CREATE TABLE items (
        id INTEGER PRIMARY KEY, list TEXT NOT NULL, who TEXT NOT NULL, item TEXT NOT NULL, UNIQUE (list, who, item)
    );
    CREATE TABLE facts (who TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (who, key));
    CREATE TABLE cache (key TEXT PRIMARY KEY, fetched_at REAL NOT NULL, value TEXT NOT NULL);
    """,
)
"""What makes each layout of the one before; add to it, never change it."""


def store_path() -> Path:
    """`assistant.sqlite` in `$ALLEARS_ASSISTANT`, or in the user's own folder of it."""
    return user_folder("assistant") / "assistant.sqlite"


class Store:
    """See the module.

    Args:
        path: of the file, made if it is not there, readable by its owner alone; `:memory:` for none.

    Raises:
        ValueError: it is no such file, or of a newer layout.
        OSError: its folder cannot be made.
    """

    def __init__(self, path: str | Path) -> None:
        if str(path) != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self.path, self._lock = path, threading.RLock()
        self._db = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            self._upgrade()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise ValueError(f"{path} cannot be used as the assistant's memory ({error}): move it away") from error
        except ValueError:
            self._db.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a question finds."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def change(self, sql: str, *values: Any) -> int:
        """Change something; how many rows were."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def fact(self, key: str, who: str | None = None) -> str | None:
        """What was kept under a key; of one person, or of nobody in particular."""
        found = self.rows("SELECT value FROM facts WHERE key = ? AND who = ?", key, who or "")
        return str(found[0][0]) if found else None

    def keep(self, key: str, value: str, who: str | None = None) -> None:
        """Keep a text under a key."""
        self.change("INSERT OR REPLACE INTO facts (who, key, value) VALUES (?, ?, ?)", who or "", key, value)

    def cached(self, key: str) -> tuple[float, Any] | None:
        """When something was fetched, and what it was."""
        found = self.rows("SELECT fetched_at, value FROM cache WHERE key = ?", key)
        return (float(found[0][0]), json.loads(found[0][1])) if found else None

    def cache(self, key: str, at: float, value: Any) -> None:
        """Remember what was fetched at a time (seconds since 1970)."""
        text = json.dumps(value, ensure_ascii=False)
        self.change("INSERT OR REPLACE INTO cache (key, fetched_at, value) VALUES (?, ?, ?)", key, at, text)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _upgrade(self) -> None:
        with self._transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > len(_STEPS):
                raise ValueError(
                    f"{self.path} is of layout {version}, this allears knows up to {len(_STEPS)}: use a newer allears, "
                    "or move the file away"
                )
            for step in _STEPS[version:]:
                for statement in filter(str.strip, step.split(";")):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {len(_STEPS)}")
