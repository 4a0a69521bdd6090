"""MMoE against equations 6 and 7 of Ma et al. 2018, and the balance of Shazeer et al. 2017, in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.encoders.base import Hidden  # noqa: E402
from allears.sharing.mmoe import mmoe  # noqa: E402
from tests.unit.sharing.frames import DIM, LAYERS, array, bottleneck, hidden, randomise, read, softmax  # noqa: E402

READS = {"a": "mix", "b": "last", "c": "last"}


def _sharing(**options: Any) -> Any:
    return randomise(mmoe(reads=READS, dim=DIM, num_layers=LAYERS, num_experts=3, width=4, **options))


def _gate(sharing: Any, task: str, x: np.ndarray) -> np.ndarray:
    return softmax(x @ array(sharing.gates[task].weight).T)


def test_the_formula() -> None:
    sharing, given = _sharing(), hidden()
    found = sharing(given)
    for task in READS:
        x = read(sharing.mix, given, task)
        gate = _gate(sharing, task, x)
        mixed = sum(gate[..., e : e + 1] * bottleneck(expert, x) for e, expert in enumerate(sharing.experts))
        np.testing.assert_allclose(array(found[task]), x + mixed, atol=1e-4, rtol=1e-4)


def test_it_starts_as_hard_sharing() -> None:
    sharing, given = mmoe(reads=READS, dim=DIM, num_layers=LAYERS), hidden()
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)


def test_balance_is_the_squared_variation_of_what_the_gates_took_of_real_frames() -> None:
    sharing, given = _sharing(balance=0.5).train(), hidden([5, 2])
    sharing(given)
    importance = np.zeros(3)
    for task in READS:
        gate = _gate(sharing, task, read(sharing.mix, given, task))
        importance += np.concatenate([gate[0], gate[1, :2]]).mean(0)
    expected = 0.5 * importance.var() / importance.mean() ** 2
    penalty = sharing.penalty(0.3)
    assert float(penalty.detach()) == pytest.approx(expected, rel=1e-4)
    penalty.backward()
    moved = {name for name, p in sharing.named_parameters() if p.grad is not None}
    assert moved == {f"gates.{task}.weight" for task in READS}


def test_balance_is_of_the_last_training_pass_and_counted_once() -> None:
    sharing = _sharing(balance=0.5).eval()
    sharing(hidden())
    assert float(sharing.penalty(0.0)) == 0.0
    sharing.train()(hidden())
    assert float(sharing.penalty(0.0).detach()) > 0.0
    assert float(sharing.penalty(0.0)) == 0.0
    unused = _sharing().train()
    unused(hidden())
    assert float(unused.penalty(0.0)) == 0.0


def test_balance_makes_experts_used_alike() -> None:
    sharing = _sharing(balance=1.0).train()
    optimizer = torch.optim.Adam(sharing.gates.parameters(), lr=0.05)
    values = []
    for _ in range(40):
        sharing(hidden())
        penalty = sharing.penalty(0.0)
        optimizer.zero_grad()
        penalty.backward()
        optimizer.step()
        values.append(float(penalty.detach()))
    assert values[-1] < 0.05 * values[0]


def test_the_penalty_can_be_taken_after_the_losses_were() -> None:
    """A balancer frees the graph of the losses; the penalty has one of its own."""
    sharing = _sharing(balance=1.0).train()
    layers = hidden().layers.requires_grad_()
    sharing(Hidden(layers, None))["a"].sum().backward()
    sharing.penalty(0.0).backward()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_experts": 1}, "num_experts must be a whole number of at least 2, got 1"),
        ({"width": 0}, "width must be a whole number of at least 1, got 0"),
        ({"balance": -1.0}, r"balance must be 0 \(off\) or more, got -1.0"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mmoe(reads=READS, dim=DIM, num_layers=LAYERS, **options)
