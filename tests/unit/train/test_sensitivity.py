"""The diagonal of the empirical Fisher matrix, against one clip at a time."""

from __future__ import annotations

from collections.abc import Callable

import torch

from allears.batch import Batch, Labels
from allears.config.build import build_model
from allears.config.schema import Recipe
from allears.train.sensitivity import squared_gradients


def _batch(rows: list[int]) -> Batch:
    audio = 0.1 * torch.randn(3, 8_000, generator=torch.Generator().manual_seed(0))
    labels = {"language": Labels(torch.tensor([i % 2 for i in rows]), torch.tensor(rows))}
    return Batch(audio, torch.tensor([8_000, 6_000, 8_000]), labels, ("a", "b", "c"))


def test_it_is_the_mean_of_squared_gradients_of_single_clips(make_recipe: Callable[..., Recipe]) -> None:
    torch.manual_seed(0)
    model = build_model(make_recipe()).train()
    parameters = {n: p for n, p in model.named_parameters() if n.startswith("encoder.conv")}
    before = torch.get_rng_state()
    found = squared_gradients(model, [_batch([0, 2])], ["language", "speech"], parameters)
    assert torch.equal(before, torch.get_rng_state())
    assert model.training
    assert all(p.grad is None for p in model.parameters())
    model.eval()
    expected = {name: torch.zeros_like(p) for name, p in parameters.items()}
    for row in (0, 2):
        model.zero_grad()
        model.losses(_batch([row]))["language"].backward()
        for name, parameter in parameters.items():
            assert parameter.grad is not None
            expected[name] += parameter.grad.square() / 2
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=1e-3, atol=1e-9)


def test_without_labels_it_is_nothing(make_recipe: Callable[..., Recipe]) -> None:
    model = build_model(make_recipe())
    parameters = dict(model.encoder.named_parameters())
    found = squared_gradients(model, [_batch([])], ["language"], parameters)
    assert not any(value.any() for value in found.values())
