"""The rude clients of the benchmark of faults, a few of each, against a server with a session that answers at once."""

from __future__ import annotations

import importlib

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
pytest.importorskip("websockets", reason="the extra `server` is not installed")

from tests.unit.server.live import running, sound

rude = importlib.import_module("common.rude_clients")


@pytest.fixture(scope="module")
def live():
    with running(idle_s=0.4) as server:
        yield server


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # half a file is closed by the collector
@pytest.mark.parametrize("name", ["malformed", "garbage_frames"])
def test_rubbish_is_told_what_is_wrong(live, name) -> None:
    tally = getattr(rude, name)(live.url, 12)
    assert (tally.num, tally.num_right, tally.wrong) == (12, 12, [])


def test_places_of_those_who_hang_up_are_free_again(live) -> None:
    tally = rude.hang_ups(live.url, 8, sound(5))
    assert (tally.num, tally.num_right) == (8, 8)


def test_the_slow_are_let_go_and_others_answered(live) -> None:
    tally, waits = rude.slow_loris(live.url, 5, sound(1), until_s=20.0)
    assert (tally.num, tally.num_right) == (5, 5)
    assert 0 < max(waits) < 20


def test_what_went_wrong_is_kept_up_to_ten() -> None:
    tally = rude.Tally()
    for number in range(15):
        tally.add(False, str(number))
    tally.add(True, "")
    assert (tally.num, tally.num_right, tally.wrong) == (16, 1, [str(number) for number in range(10)])
