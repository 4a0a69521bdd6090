from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from allears.cli._recording import MicBlocks, until_interrupted


def _chunks() -> Iterator[np.ndarray]:
    for number in itertools.count():
        yield np.full(800, number, np.int16)


@pytest.fixture(autouse=True)
def _handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_the_recording_and_not_the_program() -> None:
    before = signal.getsignal(signal.SIGINT)
    stream = until_interrupted(_chunks(), 16_000, "microphone")
    first = stream.read(16_000)
    os.kill(os.getpid(), signal.SIGINT)
    assert len(first) == 16_000
    rest = stream.read(10 * 16_000)
    assert len(rest) < 10 * 16_000
    assert len(stream.read(16_000)) == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_samples_are_floats_below_one() -> None:
    blocks = MicBlocks(iter([np.array([-(2**15), 2**14], np.int16)]), 16_000)
    assert blocks.read(10).tolist() == [[-1.0], [0.5]]
    assert blocks.read(10).shape == (0, 1)
