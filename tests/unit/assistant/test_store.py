"""The assistant's memory: kept, private, of one layout, and safe with two who use it."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from allears.assistant.store import Store
from allears.assistant.timer_table import TimerTable


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.sqlite"
    store = Store(path)
    store.keep("city", "Oslo", "Ann")
    store.keep("city", "Bergen", "Ann")
    store.cache("x", 12.0, {"a": [1, "å"]})
    store.close()
    again = Store(path)
    assert (again.fact("city", "Ann"), again.fact("city")) == ("Bergen", None)
    assert again.cached("x") == (12.0, {"a": [1, "å"]})
    assert again.cached("y") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again.close()


def test_of_two_processes_one_gets_a_timer(tmp_path: Path) -> None:
    one, two = Store(tmp_path / "a.sqlite"), Store(tmp_path / "a.sqlite")
    TimerTable(one).add("timer", "egg", "", 100.0, 60.0)
    assert TimerTable(two).take_due(99.0) == []
    rung = [*TimerTable(two).take_due(101.0), *TimerTable(one).take_due(101.0)]
    assert [timer.name for timer in rung] == ["egg"]
    one.close()
    two.close()


def test_a_newer_layout_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    before = path.read_bytes()
    with pytest.raises(ValueError, match="layout 99"):
        Store(path)
    assert path.read_bytes() == before


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_text("these are my notes, and no database at all" * 20)
    with pytest.raises(ValueError, match="move it away"):
        Store(path)
