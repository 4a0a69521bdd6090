"""Losses against their formulas, written again in numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.heads import EmbeddingHead  # noqa: E402
from allears.parts.losses import angular_margin, clip_cross_entropy, frame_binary_cross_entropy  # noqa: E402


class _Fixed(torch.nn.Module):
    """A head that gives what it was given."""

    def forward(self, features: torch.Tensor, num_frames: torch.Tensor) -> torch.Tensor:
        return features


class _FixedEmbedding(EmbeddingHead):
    """An embedding head whose embeddings are its features."""

    def forward(self, features: torch.Tensor, num_frames: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(features, dim=-1)


FRAMES = torch.tensor([1, 1, 1])


def test_clip_cross_entropy_is_one_number_a_clip() -> None:
    logits, target = torch.randn(3, 4), torch.tensor([0, 3, 2])
    loss = clip_cross_entropy(_Fixed(), logits, FRAMES, target)
    z = logits.numpy()
    expected = [math.log(np.exp(row).sum()) - row[t] for row, t in zip(z, target.tolist(), strict=True)]
    np.testing.assert_allclose(loss.numpy(), expected, rtol=1e-5)


def test_frame_binary_cross_entropy_is_a_mean_over_real_frames() -> None:
    logits = torch.tensor([[[2.0], [-1.0], [9.0]], [[0.5], [0.0], [1.0]]])
    target = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0]])  # longer than the logits, as a batch may be
    loss = frame_binary_cross_entropy(_Fixed(), logits, torch.tensor([2, 3]), target)

    def one(z: float, y: float) -> float:
        p = 1 / (1 + math.exp(-z))
        return -(y * math.log(p) + (1 - y) * math.log(1 - p))

    expected = [(one(2, 1) + one(-1, 1)) / 2, (one(0.5, 0) + one(0, 1) + one(1, 1)) / 3]
    np.testing.assert_allclose(loss.numpy(), expected, rtol=1e-5)


def _closed_formula(embedding: np.ndarray, prototypes: np.ndarray, target: int, margin: float, scale: float) -> float:
    """ArcFace, equation 3, for angles up to pi - margin."""
    unit = prototypes / np.linalg.norm(prototypes, axis=1, keepdims=True)
    angles = np.arccos(np.clip(unit @ (embedding / np.linalg.norm(embedding)), -1, 1))
    logits = scale * np.cos(angles)
    logits[target] = scale * np.cos(angles[target] + margin)
    return float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[target])


@pytest.mark.parametrize(("margin", "scale"), [(0.2, 30.0), (0.5, 8.0), (0.0, 12.0)])
def test_angular_margin_is_the_closed_formula(margin: float, scale: float) -> None:
    head, features = _FixedEmbedding(4, 4, 5), torch.randn(3, 4)
    target = torch.tensor([1, 4, 0])
    loss = angular_margin(margin=margin, scale=scale)(head, features, FRAMES, target)
    expected = [
        _closed_formula(x, head.prototypes.detach().numpy().astype(np.float64), t, margin, scale)
        for x, t in zip(features.numpy().astype(np.float64), target.tolist(), strict=True)
    ]
    np.testing.assert_allclose(loss.detach().numpy(), expected, rtol=1e-3, atol=1e-4)


def test_without_a_margin_it_is_the_plain_softmax() -> None:
    head, features, target = _FixedEmbedding(4, 4, 5), torch.randn(3, 4), torch.tensor([1, 4, 0])
    normalize = torch.nn.functional.normalize
    logits = 10.0 * normalize(features, dim=-1) @ normalize(head.prototypes, dim=-1).T
    plain = torch.nn.functional.cross_entropy(logits, target, reduction="none")
    torch.testing.assert_close(angular_margin(margin=0.0, scale=10.0)(head, features, FRAMES, target), plain)


def test_the_margin_makes_it_harder_at_every_angle() -> None:
    head = _FixedEmbedding(2, 2, 2)
    with torch.no_grad():
        head.prototypes.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    angles = torch.linspace(0.01, math.pi - 0.01, 400)
    features = torch.stack([angles.cos(), -angles.sin()], dim=1)
    frames, target = torch.ones(400, dtype=torch.int64), torch.zeros(400, dtype=torch.int64)
    hard = angular_margin(margin=0.3, scale=5.0)(head, features, frames, target)
    easy = angular_margin(margin=0.0, scale=5.0)(head, features, frames, target)
    assert (hard > easy).all()


def test_gradients_stay_finite_at_the_prototype_itself() -> None:
    head = _FixedEmbedding(2, 2, 2)
    features = head.prototypes.detach()[:1].clone().requires_grad_()
    angular_margin()(head, features, FRAMES[:1], torch.tensor([0])).sum().backward()
    assert features.grad is not None and torch.isfinite(features.grad).all()


def test_a_class_the_head_does_not_have_is_told() -> None:
    with pytest.raises(ValueError, match="class 7, the head was built for 5"):
        angular_margin()(_FixedEmbedding(4, 4, 5), torch.randn(1, 4), FRAMES[:1], torch.tensor([7]))
