from __future__ import annotations

import numpy as np

from allears.decode.answers import Span
from allears.meeting.pieces import pieces_of


def test_pieces_cover_a_span_and_do_not_leave_it() -> None:
    pieces = pieces_of([Span(1.0, 4.2)])
    assert pieces[0].tolist() == [1.0, 2.5]
    assert np.isclose(pieces[-1], [2.7, 4.2]).all()
    assert (np.diff(pieces[:, 0]) <= 0.5 + 1e-9).all()


def test_a_short_span_is_one_piece_and_a_click_none() -> None:
    assert pieces_of([Span(1.0, 1.6), Span(5.0, 5.1)]).tolist() == [[1.0, 1.6]]


def test_a_short_pause_does_not_cut() -> None:
    assert len(pieces_of([Span(0.0, 0.7), Span(0.8, 1.4)])) == 1
    assert len(pieces_of([Span(0.0, 0.7), Span(1.2, 1.9)])) == 2


def test_nobody_speaks() -> None:
    assert pieces_of([]).shape == (0, 2)
