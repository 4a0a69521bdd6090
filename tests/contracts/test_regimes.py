"""Every regime and regulariser there is keeps its contract; a new file is found by itself."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from allears.regimes import REGIMES, RunFacts
from allears.regularise import REGULARISERS, Terms
from contracts.asserts import assert_documented
from contracts.options import build

RUN = RunFacts(("a", "b", "c"), 30, seed=1, num_labelled=lambda: {"a": 10, "b": 20, "c": 30})


@pytest.mark.parametrize("name", list(REGIMES))
def test_a_regime_says_the_same_whenever_it_is_asked(name: str) -> None:
    assert_documented(REGIMES[name])
    one, other = build(name, REGIMES[name], run=RUN), build(name, REGIMES[name], run=RUN)
    backwards = {batch: other.turn(batch // 2, batch) for batch in reversed(range(60))}
    for batch in range(60):
        turn = one.turn(batch // 2, batch)
        assert turn == backwards[batch]
        assert turn.weights
        assert set(turn.weights) <= set(RUN.tasks)
        assert all(weight > 0 for weight in turn.weights.values())
        assert set(one.tasks_of(turn.phase)) <= set(RUN.tasks)
    phases = [backwards[batch].phase for batch in range(60)]
    assert phases == sorted(phases)
    assert phases[0] == 0
    assert {task for turn in backwards.values() for task in turn.weights} == set(RUN.tasks)


@pytest.mark.parametrize("name", list(REGULARISERS))
def test_a_regulariser_pulls_and_comes_back_from_a_checkpoint(name: str) -> None:
    assert_documented(REGULARISERS[name])
    torch.manual_seed(0)
    parameters = {"w": nn.Parameter(torch.randn(3, 2)), "b": nn.Parameter(torch.randn(2))}
    terms = Terms(parameters, lambda: dict(parameters))
    first, second = (build(name, REGULARISERS[name], terms=terms, weight=0.1) for _ in range(2))
    with torch.no_grad():
        parameters["w"].add_(0.5)
    first.start_phase(lambda count, wanted: {key: torch.ones_like(p) for key, p in wanted.items()})
    with torch.no_grad():
        parameters["w"].add_(0.5)
    penalty: Any = first.penalty(0.5)
    assert penalty.shape == ()
    assert float(penalty.detach()) > 0
    penalty.backward()
    assert parameters["w"].grad is not None
    assert parameters["w"].grad.abs().sum() > 0
    second.load_state_dict(first.state_dict())
    assert torch.equal(second.penalty(0.5), penalty)
