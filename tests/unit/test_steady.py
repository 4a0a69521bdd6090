"""Looking at a model leaves no trace."""

from __future__ import annotations

import torch
from torch import nn

from allears.steady import steady


def test_modes_and_random_numbers_are_as_before_and_dropout_is_off() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.Linear(4, 1)).train()
    model[2].eval()
    before, x = torch.get_rng_state(), torch.randn(3, 4)
    before = torch.get_rng_state()
    with steady(model):
        assert torch.equal(model(x), model(x))
        torch.randn(5)
    assert torch.equal(before, torch.get_rng_state())
    assert [m.training for m in model] == [True, True, False]
