from __future__ import annotations

import numpy as np
import pytest

from allears.meeting.chunk import Chunk
from allears.meeting.usual import usual_likeness
from tests.unit.meeting.made import chunk_of


def _usual(chunk: Chunk) -> float:
    return usual_likeness(chunk.pieces, chunk.vectors)


@pytest.mark.parametrize("spread", [0.6, 0.8])
def test_it_is_how_alike_pieces_of_one_voice_are(spread: float) -> None:
    """Noise of length s makes the cosine of a unit vector with itself 1 / sqrt(1 + s^2), of two such the square."""
    one = chunk_of([(0.0, 60.0, 1), (61.0, 120.0, 2)], spread=spread)
    assert _usual(one) == pytest.approx(1 / (1 + spread**2), abs=0.05)


def test_of_a_few_words_nothing_is_known() -> None:
    assert _usual(chunk_of([(0.0, 1.0, 1)])) == 0.6
    assert usual_likeness(np.zeros((0, 2)), np.zeros((0, 4))) == 0.6


def test_it_stays_within_bounds() -> None:
    assert _usual(chunk_of([(0.0, 60.0, 1)], spread=0.0)) == pytest.approx(0.8)
    assert _usual(chunk_of([(0.0, 60.0, 1)], spread=3.0)) == pytest.approx(0.3)
