from __future__ import annotations

import numpy as np
import pytest

from allears.decode.embedding import unit
from allears.meeting.contrast import contrasted, widened
from tests.unit.meeting.made import voice

PIECES = np.stack([np.arange(0, 10, 0.5), np.arange(0, 10, 0.5) + 1.5], axis=1)


def test_a_wider_piece_is_the_mean_of_those_near_it() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(len(PIECES), 16)))
    wide = widened(PIECES, vectors, 1.0)
    assert np.allclose(wide[5], unit(vectors[3:8].mean(axis=0)))
    assert np.allclose(wide[0], unit(vectors[:3].mean(axis=0)))
    assert np.allclose(widened(PIECES, vectors, 0.0), vectors)


def test_wider_pieces_of_one_voice_are_more_alike() -> None:
    rng = np.random.default_rng(1)
    vectors = unit(voice(1) + 0.8 * unit(rng.normal(size=(len(PIECES), 64))))
    near, wide = vectors @ vectors.T, (wider := widened(PIECES, vectors, 1.0)) @ wider.T
    assert np.median(wide) > np.median(near) + 0.1


@pytest.mark.parametrize("share", [0.35, 0.5])
def test_what_all_have_in_common_no_longer_makes_them_alike(share: float) -> None:
    room = 1.5 * voice(9)
    vectors = unit(np.stack([voice(1) + room, voice(2) + room] * 5))
    apart = contrasted(vectors, share)
    assert vectors[0] @ vectors[1] > 0.6
    assert apart[0] @ apart[1] < vectors[0] @ vectors[1] - 0.15
    assert apart[0] @ apart[2] == pytest.approx(1.0)
