"""Relevance adds up to the answer; attention is a distribution over frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from allears.report.explain import explain, integrated_gradients
from allears.train.checkpoint import load_model
from tests.unit.conftest import tone


def test_a_linear_score_is_explained_exactly() -> None:
    torch.manual_seed(0)
    layers, baseline, weight = torch.randn(3, 1, 5, 4), torch.randn(3, 1, 5, 4), torch.randn(3, 1, 5, 4)
    relevance, completeness = integrated_gradients(lambda x: (x * weight).sum(), layers, baseline, num_points=1)
    np.testing.assert_allclose(relevance, ((layers - baseline) * weight).sum(-1)[:, 0].numpy(), rtol=1e-5)
    assert completeness == pytest.approx(1.0, abs=1e-5)


def test_a_curved_score_adds_up() -> None:
    torch.manual_seed(0)
    layers, baseline = torch.randn(2, 1, 3, 4), torch.zeros(2, 1, 3, 4)
    relevance, completeness = integrated_gradients(lambda x: x.pow(3).sum(), layers, baseline, num_points=64)
    assert relevance.sum() == pytest.approx(float(layers.pow(3).sum()), rel=1e-3)
    assert completeness == pytest.approx(1.0, abs=1e-3)


def test_a_score_that_does_not_change_has_no_completeness() -> None:
    layers = torch.randn(2, 1, 3, 4)
    relevance, completeness = integrated_gradients(lambda x: (0.0 * x).sum(), layers, layers + 1)
    assert completeness is None
    assert not relevance.any()


def test_a_trained_model_is_explained(trained: Path) -> None:
    model = load_model(trained)
    found, refused = explain(model, tone(0.5))
    assert not refused
    assert set(found) == {"speech", "language"}
    for task in found.values():
        assert task.relevance.shape == (3, 25)  # layers, frames of 20 ms
        assert task.completeness == pytest.approx(1.0, abs=0.05)
    assert found["speech"].attention is None
    attention = found["language"].attention
    assert attention is not None
    assert attention.sum() == pytest.approx(1.0, abs=1e-5)
    assert all(p.grad is None for p in model.parameters())


def test_a_head_without_plain_numbers_is_refused(trained: Path) -> None:
    model = load_model(trained)

    class Words(torch.nn.Module):
        def forward(self, features: torch.Tensor, num_frames: torch.Tensor) -> list[str]:
            return ["hello"]

    model.heads["language"] = Words()
    found, refused = explain(model, tone(0.3))
    assert list(found) == ["speech"]
    assert "plain numbers" in refused["language"]
