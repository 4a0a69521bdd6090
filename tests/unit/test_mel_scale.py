"""The bands cover the spectrum, each with a triangle of its own."""

from __future__ import annotations

import numpy as np

from allears.mel_scale import mel_filters


def test_bands_are_triangles_of_unit_area_in_rising_order() -> None:
    filters = mel_filters(80, 24_000, 1_200)
    assert filters.shape == (80, 601)
    assert (filters >= 0).all()
    assert (np.diff(filters.argmax(axis=1)) >= 0).all()
    areas = filters[40:].sum(axis=1) * 20.0  # bins are 20 Hz apart; wide bands are well sampled
    np.testing.assert_allclose(areas, 1.0, atol=0.06)
