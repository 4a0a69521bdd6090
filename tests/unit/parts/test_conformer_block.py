"""Rotary positions and the block around them."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.parts.conformer_block import ConformerBlock, rotary, turn  # noqa: E402
from allears.parts.padding import frame_mask  # noqa: E402


def test_products_depend_on_the_distance_alone() -> None:
    torch.manual_seed(0)
    q, k = torch.randn(8), torch.randn(8)
    angles = rotary(40, 8, torch.device("cpu"))
    turned_q, turned_k = (turn(v.expand(1, 1, 40, 8), angles)[0, 0] for v in (q, k))
    scores = turned_q @ turned_k.T
    for distance in (0, 3, 17):
        line = scores.diagonal(distance)
        torch.testing.assert_close(line, line[0].expand_as(line), atol=1e-4, rtol=1e-4)
    assert (scores[0] - scores[0, 0]).abs().max() > 0.1  # but on the distance they do
    torch.testing.assert_close(turned_q.norm(dim=1), q.norm().expand(40))


@torch.no_grad()
def test_neither_padding_nor_neighbours_are_heard() -> None:
    torch.manual_seed(0)
    block = ConformerBlock(8, 2, 5, 0.0).train()  # train mode: a batch norm would be caught
    x, counts = torch.randn(2, 12, 8), torch.tensor([7, 12])
    angles, mask = rotary(12, 4, x.device), frame_mask(12, counts)[:, None, None, :]
    both = block(x, angles, mask, counts)
    alone = block(x[:1, :7], rotary(7, 4, x.device), None, None)
    torch.testing.assert_close(both[:1, :7], alone, atol=1e-5, rtol=1e-5)
