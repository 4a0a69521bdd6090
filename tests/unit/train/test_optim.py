"""Rates, groups and averages."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from allears.train.optim import Average, make_optimizer, rate_factor, set_rates


def _model(names: tuple[str, ...] = ("encoder", "heads")) -> nn.Module:
    return nn.ModuleDict({name: nn.Linear(2, 3) for name in names})


def _optimizer(model: nn.Module, **lr_of: float) -> torch.optim.AdamW:
    return make_optimizer(model, nn.Module(), lr=1.0, lr_of=lr_of, weight_decay=0.1, betas=(0.9, 0.98))


@pytest.mark.parametrize(("schedule", "end"), [("cosine", 0.0), ("linear", 0.0), ("constant", 1.0)])
def test_the_rate_rises_then_falls(schedule: str, end: float) -> None:
    rates = [rate_factor(s, warmup_steps=4, num_steps=20, schedule=schedule) for s in range(21)]  # type: ignore[arg-type]
    assert rates[:4] == [0.25, 0.5, 0.75, 1.0]
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert rates[20] == pytest.approx(end)


def test_the_longest_part_name_sets_the_rate_and_vectors_do_not_decay() -> None:
    model = _model()
    optimizer = _optimizer(model, encoder=0.1, **{"encoder.bias": 0.01})
    found = {(g["peak_lr"], g["weight_decay"], p.ndim) for g in optimizer.param_groups for p in g["params"]}
    assert found == {(0.1, 0.1, 2), (0.01, 0.0, 1), (1.0, 0.1, 2), (1.0, 0.0, 1)}
    set_rates(optimizer, 0.5)
    assert {g["lr"] for g in optimizer.param_groups} == {0.05, 0.005, 0.5}


def test_a_part_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"'headz'.*encoder, encoder\.bias"):
        _optimizer(_model(), headz=1.0)


def test_the_order_of_parts_does_not_change_the_order_of_parameters() -> None:
    first, second = _model(("a", "b")), _model(("b", "a"))
    second.load_state_dict(first.state_dict())
    pairs = zip(_optimizer(first).param_groups, _optimizer(second).param_groups, strict=True)
    assert all(torch.equal(p, q) for g, h in pairs for p, q in zip(g["params"], h["params"], strict=True))


def test_all_frozen_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing is trainable"):
        _optimizer(_model().requires_grad_(False))


def test_average_follows_its_formula_and_gives_the_weights_back() -> None:
    model = _model(("encoder",))
    weight = model["encoder"].weight  # type: ignore[index]
    average, start = Average(model, 0.9), weight.detach().clone()
    with torch.no_grad():
        weight.add_(1.0)
    average.update()  # d = min(0.9, 1 / 10)
    torch.testing.assert_close(average.average["encoder.weight"], 0.1 * start + 0.9 * (start + 1.0))
    with average.applied():
        torch.testing.assert_close(weight.detach(), average.average["encoder.weight"])
    assert torch.equal(weight.detach(), start + 1.0)
