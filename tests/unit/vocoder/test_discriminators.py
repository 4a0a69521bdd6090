"""Discriminators learn to tell two sounds apart, and what pleases them has a gradient for the voice."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.vocoder.discriminators import Discriminators, discriminator_loss, pleasing_loss  # noqa: E402


def test_they_learn_and_the_voice_hears_of_it() -> None:
    torch.manual_seed(0)
    judges = Discriminators(width=4)
    real, made = torch.randn(1, 4_096), torch.zeros(1, 4_096).requires_grad_()
    optimizer = torch.optim.Adam(judges.parameters(), lr=1e-2)
    losses = []
    for _ in range(6):
        loss = discriminator_loss(judges(real), judges(made.detach()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.9 * losses[0]
    pleasing_loss(judges(real), judges(made + 0.1 * torch.randn(1, 4_096))).backward()
    assert made.grad is not None and made.grad.abs().sum() > 0
