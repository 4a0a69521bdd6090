"""Aligned-MTL against algorithm 1, by a singular value decomposition."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torchjd")

from allears.balance.aligned_mtl import aligned_mtl
from tests.unit.balance.toy import ROWS, jacobian, update_of


@pytest.mark.parametrize("sigma", ["min", "rmse"])
@pytest.mark.parametrize("rows", list(ROWS))
def test_update_is_the_mean_of_aligned_gradients(rows: str, sigma: str) -> None:
    u, s, vt = np.linalg.svd(jacobian(ROWS[rows]), full_matrices=False)
    strength = s.min() if sigma == "min" else np.sqrt((s**2).mean())
    expected = (strength * u @ vt).mean(0)
    update = update_of(aligned_mtl(tasks=list(ROWS[rows]), sigma=sigma), ROWS[rows])
    np.testing.assert_allclose(update, expected, rtol=1e-4, atol=1e-5)


def test_another_sigma_is_refused() -> None:
    with pytest.raises(ValueError, match="sigma must be min, median or rmse, got 'max'"):
        aligned_mtl(tasks=["a"], sigma="max")
