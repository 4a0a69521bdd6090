"""Each penalty against its formula in numpy; anchors move when they should and survive a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from allears.regularise import REGULARISERS, Regulariser, Terms

FISHER = {"w": torch.tensor([[1.0, 2.0], [0.0, 4.0]]), "b": torch.tensor([3.0, 0.0])}


def _parameters() -> dict[str, nn.Parameter]:
    return {"w": nn.Parameter(torch.tensor([[1.0, -2.0], [0.5, 3.0]])), "b": nn.Parameter(torch.tensor([-1.0, 0.0]))}


def _values(parameters: Mapping[str, Tensor]) -> np.ndarray:
    return np.concatenate([p.detach().numpy().ravel() for p in parameters.values()])


def _build(kind: str, parameters: dict[str, nn.Parameter], **options: Any) -> Regulariser:
    return REGULARISERS[kind](terms=Terms(parameters), weight=0.1, **options)


def _sensitivity(count: int, parameters: Mapping[str, nn.Parameter]) -> Mapping[str, Tensor]:
    return {name: count * FISHER[name] for name in parameters}


def _value(regulariser: Regulariser) -> float:
    return float(regulariser.penalty(0.0).detach())


def _move(parameters: dict[str, nn.Parameter]) -> None:
    with torch.no_grad():
        for parameter in parameters.values():
            parameter.add_(0.5)


def test_l1_and_l2() -> None:
    parameters = _parameters()
    theta = _values(parameters)
    assert _value(_build("l1", parameters)) == pytest.approx(0.1 * np.abs(theta).sum())
    assert _value(_build("l2", parameters)) == pytest.approx(0.05 * (theta**2).sum())


def test_l2_sp_pulls_back_to_where_it_started() -> None:
    parameters = _parameters()
    anchored = _build("l2-sp", parameters)
    assert _value(anchored) == 0.0
    start = _values(parameters)
    _move(parameters)
    anchored.start_phase(_sensitivity)  # its anchor is that of the run
    penalty = anchored.penalty(0.0)
    assert float(penalty.detach()) == pytest.approx(0.05 * ((_values(parameters) - start) ** 2).sum())
    penalty.backward()
    assert parameters["w"].grad is not None
    torch.testing.assert_close(parameters["w"].grad, torch.full((2, 2), 0.1 * 0.5))


def test_l2_sp_at_phase_moves_its_anchor() -> None:
    parameters = _parameters()
    anchored = _build("l2-sp", parameters, at="phase")
    _move(parameters)
    assert _value(anchored) > 0
    anchored.start_phase(_sensitivity)
    assert _value(anchored) == 0.0


def test_ewc_holds_what_earlier_phases_need() -> None:
    parameters = _parameters()
    ewc = _build("ewc", parameters, num_batches=2)
    _move(parameters)
    assert _value(ewc) == 0.0  # nothing to hold in the first phase
    ewc.start_phase(_sensitivity)
    _move(parameters)
    fisher = 2 * _values(FISHER)
    assert _value(ewc) == pytest.approx(0.05 * (fisher * 0.5**2).sum())
    ewc.start_phase(_sensitivity)  # the matrices of both phases, held against the newest weights
    assert _value(ewc) == 0.0
    _move(parameters)
    assert _value(ewc) == pytest.approx(0.05 * (2 * fisher * 0.5**2).sum())


def test_task_vectors_become_sparse() -> None:
    vectors = {"a": nn.Parameter(torch.tensor([1.0, -2.0])), "b": nn.Parameter(torch.tensor([0.0, 3.0]))}
    sparse = REGULARISERS["task-vector-sparsity"](terms=Terms({}, lambda: vectors), weight=0.1)
    penalty = sparse.penalty(0.0)
    assert float(penalty.detach()) == pytest.approx(0.6)
    penalty.backward()
    torch.testing.assert_close(vectors["a"].grad, torch.tensor([0.1, -0.1]))
    with pytest.raises(ValueError, match="has no task vectors"):
        _build("task-vector-sparsity", _parameters())
    gone = {name: vector.detach() for name, vector in vectors.items()}
    with pytest.raises(ValueError, match="no gradient reaches"):
        REGULARISERS["task-vector-sparsity"](terms=Terms({}, lambda: gone), weight=0.1)


@pytest.mark.parametrize(("kind", "options"), [("l1", {}), ("l2", {}), ("l2-sp", {"at": "phase"}), ("ewc", {})])
def test_a_checkpoint_brings_everything_back(kind: str, options: dict[str, Any]) -> None:
    parameters = _parameters()
    saved = _build(kind, parameters, **options)
    _move(parameters)
    saved.start_phase(_sensitivity)
    _move(parameters)
    fresh = _build(kind, parameters, **options)
    fresh.load_state_dict(saved.state_dict())
    assert torch.equal(fresh.penalty(0.5), saved.penalty(0.5))


def test_a_checkpoint_of_other_parameters_is_refused() -> None:
    saved = _build("ewc", _parameters()).state_dict()
    with pytest.raises(ValueError, match="cannot resume"):
        _build("ewc", {"w": _parameters()["w"]}).load_state_dict(saved)


@pytest.mark.parametrize("kind", ["l1", "l2", "l2-sp", "ewc"])
def test_a_weight_that_does_nothing_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        REGULARISERS[kind](terms=Terms(_parameters()), weight=0.0)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="'start'"):
        _build("l2-sp", _parameters(), at="end")
    with pytest.raises(ValueError, match="num_batches"):
        _build("ewc", _parameters(), num_batches=0)
