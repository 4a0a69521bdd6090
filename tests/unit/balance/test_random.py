"""Draws that can be repeated."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.balance._random import drawing  # noqa: E402


def _draw(seed: int, num_calls: int) -> list[float]:
    with drawing(seed, num_calls):
        return torch.rand(3).tolist()


def test_a_draw_depends_on_seed_and_count_alone() -> None:
    first = _draw(0, 0)
    torch.rand(5)
    assert _draw(0, 0) == first
    assert first != _draw(0, 1) != _draw(1, 0)


def test_other_draws_go_on_as_if_nothing_happened() -> None:
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    with pytest.raises(KeyError), drawing(0, 0):
        torch.rand(7)
        raise KeyError
    assert torch.equal(torch.rand(2), expected)
