"""Heads: shapes, and that nothing past a clip's end matters."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.parts.heads import (  # noqa: E402
    AttentivePooling,
    ClipHead,
    EmbeddingHead,
    FrameHead,
    RecurrentHead,
    frame_mask,
)

DIM = 6
HEADS = {
    "frame": lambda: FrameHead(DIM, 2, hidden=8),
    "recurrent": lambda: RecurrentHead(DIM, 2, hidden=8),
    "clip": lambda: ClipHead(DIM, 3, hidden=8),
    "embedding": lambda: EmbeddingHead(DIM, 4, 5, hidden=8),
}


def test_frame_mask() -> None:
    assert frame_mask(torch.tensor([2, 0, 3]), 3).tolist() == [[1, 1, 0], [0, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize("name", HEADS)
def test_frames_past_the_end_change_nothing(name: str) -> None:
    head: Any = HEADS[name]().eval()
    features, counts = torch.randn(2, 30, DIM), torch.tensor([30, 17])
    other = features.clone()
    other[1, 17:] = 1e3
    with torch.no_grad():
        one, two = head(features, counts), head(other, counts)
        alone = head(features[1:, :17], counts[1:])[0]
    end = 17 if name in ("frame", "recurrent") else None
    torch.testing.assert_close(one[1][:end], two[1][:end], atol=1e-5, rtol=0)
    torch.testing.assert_close(one[1][:end], alone, atol=1e-5, rtol=0)
    assert one.shape == {"frame": (2, 30, 2), "recurrent": (2, 30, 2), "clip": (2, 3), "embedding": (2, 4)}[name]


def test_embeddings_have_length_one() -> None:
    vectors = HEADS["embedding"]()(torch.randn(3, 20, DIM), torch.tensor([20, 5, 1]))
    torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(3))


def test_pooling_with_even_weights_is_mean_and_deviation() -> None:
    pool = AttentivePooling(DIM)
    for parameter in pool.score.parameters():
        torch.nn.init.zeros_(parameter)
    x = torch.randn(1, 10, DIM)
    pooled = pool(x, torch.tensor([[1.0] * 6 + [0.0] * 4]))[0]
    torch.testing.assert_close(pooled[:DIM], x[0, :6].mean(0))
    torch.testing.assert_close(pooled[DIM:], x[0, :6].std(0, unbiased=False), atol=1e-5, rtol=1e-4)
