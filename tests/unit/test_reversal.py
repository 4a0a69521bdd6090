"""Gradient reversal: what passes is unchanged, what comes back is turned round."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from allears.reversal import Reversal, adversaries_learn, reverse


def test_features_pass_and_their_gradient_comes_back_turned_round() -> None:
    x = torch.randn(2, 3, 4, requires_grad=True)
    out = reverse(x, 0.3)
    assert torch.equal(out, x)
    (out * torch.arange(4.0)).sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, -0.3 * torch.arange(4.0).expand(2, 3, 4))


def test_the_head_learns_and_the_encoder_unlearns() -> None:
    encoder, head = nn.Linear(3, 2), nn.Linear(2, 1)
    x = torch.randn(5, 3)
    head(encoder(x)).square().mean().backward()
    plain = [p.grad.clone() for p in (*encoder.parameters(), *head.parameters()) if p.grad is not None]
    encoder.zero_grad()
    head.zero_grad()
    head(reverse(encoder(x), 2.0)).square().mean().backward()
    turned = [p.grad for p in (*encoder.parameters(), *head.parameters()) if p.grad is not None]
    for factor, before, after in zip((-2.0, -2.0, 1.0, 1.0), plain, turned, strict=True):
        torch.testing.assert_close(after, factor * before)


def test_schedules() -> None:
    dann = Reversal(0.5)
    assert dann.strength(0.0) == 0.0
    assert dann.strength(0.3) == pytest.approx(0.5 * (2 / (1 + math.exp(-3.0)) - 1))
    assert dann.strength(1.0) == pytest.approx(0.5, abs=1e-4)
    late = Reversal(0.5, "linear", start=0.5)
    assert [late.strength(p) for p in (0.0, 0.49, 0.5, 0.75, 1.0)] == [0.0, 0.0, 0.0, 0.25, 0.5]
    assert Reversal(0.5, "constant", start=0.5).strength(0.5) == 0.5


@pytest.mark.parametrize(("weight", "start"), [(0.0, 0.0), (-1.0, 0.0), (1.0, 1.0)])
def test_what_is_no_reversal_is_refused(weight: float, start: float) -> None:
    with pytest.raises(ValueError, match="take `reverse` out"):
        Reversal(weight, start=start)


def test_an_adversarys_own_parameters_get_their_sign_back_and_keep_what_was_there() -> None:
    own, untouched = nn.Parameter(torch.tensor(2.0)), nn.Parameter(torch.tensor(1.0))
    own.grad = torch.tensor(10.0)
    with adversaries_learn([own, untouched]):
        (reverse(own * torch.ones(1), 0.5) * 3.0).sum().backward()
    assert float(own.grad) == 10.0 + 0.5 * 3.0
    assert untouched.grad is None
