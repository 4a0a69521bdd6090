"""What the benchmark of faults says of what it found."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")

from tests.unit.server.live import running, said, sound

faults = importlib.import_module("faults")


def test_a_row_a_fault_with_what_went_wrong() -> None:
    tally = SimpleNamespace(num=10, num_right=9, wrong=["x"])
    results = {
        "full disk": None,
        "hang-ups": faults._as_result(tally, True),
        "kill": {"tries": 4, "right": 4, "server_after": False, "kills": 2, "asked_again": 7},
    }
    rows = faults._table(results)["rows"]
    assert [row[:4] for row in rows] == [
        ["full disk", "not tried", "", ""], ["hang-ups", "10", "1", "yes"], ["kill", "4", "0", "NO"],
    ]  # fmt: skip
    assert rows[2][4] == "2 kills, 7 asked again"


def test_a_patient_client_asks_until_it_is_answered() -> None:
    """All places are taken at first: the answer is 429, and no error of the client."""
    with running(num_waiting=1, num_per_client=1) as live:
        client = faults._Patient(live.url, [sound(1)])
        with live.app.state.serving.queue.place("127.0.0.1"):
            assert client._once(sound(1)) is None
        client.send(0)
        assert client.heard == [(0, said(1, 0.25))]
        assert client._once(b"no sound") == "status 400"
