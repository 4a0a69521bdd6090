"""The clip that is of somebody else is named."""

from __future__ import annotations

import numpy as np
import pytest

from allears.decode.answers import Embedding
from allears.personal.agree import odd_clips


def voice(degrees: float) -> Embedding:
    return Embedding(np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))], np.float32))


@pytest.mark.parametrize(
    ("degrees", "odd"),
    [
        ([0, 10, 20], ()),
        ([0, 90, 10], (1,)),
        ([0, 10, 20, 100, 5, 180], (3, 5)),
        ([0, 90], (0, 1)),
        ([0], ()),
        ([], ()),
        ([0, 120, 240], (0, 1, 2)),
    ],
)
def test_odd_clips(degrees: list[float], odd: tuple[int, ...]) -> None:
    assert odd_clips([voice(d) for d in degrees], 0.5) == odd
