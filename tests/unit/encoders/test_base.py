"""What every encoder gives."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.encoders.base import Hidden  # noqa: E402


def test_mask_of_frames() -> None:
    layers = torch.zeros(3, 2, 4, 5)
    assert Hidden(layers, torch.tensor([4, 1])).mask().tolist() == [[True] * 4, [True, False, False, False]]
    assert Hidden(layers, None).mask().all()
