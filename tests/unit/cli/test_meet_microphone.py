"""`allears meet --mic`: what is said until Ctrl-C is written down; more is added to it with --resume."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import allears.meeting
from allears.cli.app import main
from tests.unit.cli.fakes import SPEC
from tests.unit.meeting.made import FakeEar
from tests.unit.meeting.test_meeting import meeting

RATE, LONG_S = 16_000, 40
SEED = 0


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A microphone that hears 40 s of somebody, until Ctrl-C; a meeting whose ear needs no model."""

    def chunks(rate: int, device: str | None) -> Iterator[np.ndarray]:
        assert (rate, device) == (RATE, "2")
        noise = np.random.default_rng(SEED).uniform(-9000, 9000, LONG_S * RATE).astype(np.int16)
        yield from np.split(noise, LONG_S * 20)  # of 50 ms
        signal.raise_signal(signal.SIGINT)
        yield noise[: RATE // 20]

    monkeypatch.setattr("allears.cli._microphone.microphone", chunks)
    monkeypatch.setattr("allears.cli._session.open_session", lambda args: None)
    monkeypatch.setattr(allears.meeting, "Meeting", lambda session, **how: meeting(tmp_path, FakeEar()))


def _minutes(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "microphone.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_until_ctrl_c(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, out = signal.getsignal(signal.SIGINT), tmp_path / "out"
    assert main(["meet", "--mic", "--device", "2", "-o", str(out)]) == 0
    assert signal.getsignal(signal.SIGINT) is before
    assert _minutes(out)["duration"] == pytest.approx(LONG_S + 0.05)
    assert sorted(path.name for path in out.iterdir()) == ["microphone.json", "microphone.md"]
    assert "Ctrl-C ends the meeting" in capsys.readouterr().err
    assert SPEC.name in _minutes(out)["model"]


def test_what_a_crash_left_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    dying = FakeEar(dies_at=1)
    with monkeypatch.context() as patched:
        patched.setattr(allears.meeting, "Meeting", lambda session, **how: meeting(tmp_path, dying))
        assert main(["meet", "--mic", "--device", "2", "-o", str(out), "-q"]) != 0
    assert (out / ".microphone.work").is_dir()
    assert main(["meet", "--mic", "--device", "2", "-o", str(out), "-q", "--resume"]) == 0
    assert _minutes(out)["duration"] > LONG_S + 1  # the chunk that was kept, and 40 s more
    assert not (out / ".microphone.work").exists()
