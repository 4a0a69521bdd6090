"""IMTL-G against the closed form of the paper."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torchjd")

from allears.balance.imtl_g import imtl_g
from tests.unit.balance.toy import ROWS, jacobian, update_of


@pytest.mark.parametrize("rows", list(ROWS))
def test_update_is_the_closed_form(rows: str) -> None:
    g = jacobian(ROWS[rows])
    unit = g / np.linalg.norm(g, axis=1, keepdims=True)
    differences, directions = g[:1] - g[1:], unit[:1] - unit[1:]  # D and U of the paper
    others = g[0] @ directions.T @ np.linalg.inv(differences @ directions.T)
    expected = np.concatenate([[1 - others.sum()], others]) @ g
    update = update_of(imtl_g(tasks=list(ROWS[rows])), ROWS[rows])
    np.testing.assert_allclose(update, expected, rtol=1e-4, atol=1e-5)
    along = unit @ update
    np.testing.assert_allclose(along, along[0], rtol=1e-4), "equally far along every task"
