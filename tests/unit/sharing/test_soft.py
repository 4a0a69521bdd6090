"""Soft sharing: towers that start alike, and what holds them together or apart."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.sharing.soft import soft  # noqa: E402
from tests.unit.sharing.frames import DIM, LAYERS, array, bottleneck, hidden, randomise, read  # noqa: E402

READS = {"a": "mix", "b": "last", "c": "last"}


def _sharing(**options: Any) -> Any:
    return soft(reads=READS, dim=DIM, num_layers=LAYERS, width=4, **options)


def test_the_formula() -> None:
    sharing, given = randomise(_sharing(num_blocks=2)), hidden()
    found = sharing(given)
    for task in READS:
        x = read(sharing.mix, given, task)
        for block in sharing.towers[task]:
            x = x + bottleneck(block.inner, x)
        np.testing.assert_allclose(array(found[task]), x, atol=1e-4, rtol=1e-4)


def test_towers_start_alike_and_as_hard_sharing() -> None:
    sharing, given = _sharing(), hidden()
    states = [tower.state_dict() for tower in sharing.towers.values()]
    assert all(torch.equal(value, state[name]) for state in states for name, value in states[0].items())
    assert float(sharing.penalty(0.0).detach()) == pytest.approx(0.0, abs=1e-10)
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)


def test_l2_is_the_squared_distance_over_all_pairs_divided_by_the_tasks() -> None:
    sharing = randomise(_sharing(l2=0.7))
    flat = [np.concatenate([array(p).ravel() for p in tower.parameters()]) for tower in sharing.towers.values()]
    pairs = sum(((one - other) ** 2).sum() for one, other in itertools.combinations(flat, 2))
    assert float(sharing.penalty(0.0).detach()) == pytest.approx(0.7 * pairs / len(READS), rel=1e-5)


def test_orthogonality_is_0_for_towers_that_look_elsewhere_and_1_for_one_and_the_same_direction() -> None:
    sharing = soft(reads={"a": "last", "b": "last"}, dim=DIM, num_layers=LAYERS, width=2, l2=0.0, orthogonal=3.0)
    one, other = (tower[0].inner.down.weight for tower in sharing.towers.values())
    with torch.no_grad():
        one.zero_()[0, 1] = 5.0
        other.zero_()[1, 1] = 0.1
    assert float(sharing.penalty(0.0).detach()) == pytest.approx(3.0)
    with torch.no_grad():
        other.zero_()[0, 2] = 7.0
    assert float(sharing.penalty(0.0).detach()) == pytest.approx(0.0)


def test_orthogonality_in_numpy() -> None:
    sharing = randomise(_sharing(num_blocks=2, l2=0.0, orthogonal=0.5))
    values = []
    for one, other in itertools.combinations(sharing.towers.values(), 2):
        for a, b in zip(one, other, strict=True):
            a, b = array(a.inner.down.weight), array(b.inner.down.weight)
            values.append((np.linalg.norm(a @ b.T) / np.linalg.norm(a) / np.linalg.norm(b)) ** 2)
    assert float(sharing.penalty(0.0).detach()) == pytest.approx(0.5 * np.mean(values), rel=1e-5)


def test_orthogonality_turns_towers_away_from_each_other() -> None:
    sharing = randomise(_sharing(l2=0.0, orthogonal=1.0))
    optimizer = torch.optim.Adam(sharing.towers.parameters(), lr=0.05)
    values = []
    for _ in range(40):
        penalty = sharing.penalty(0.0)
        optimizer.zero_grad()
        penalty.backward()
        optimizer.step()
        values.append(float(penalty.detach()))
    assert values[-1] < 0.5 * values[0]


@pytest.mark.parametrize(("shape", "share"), [("constant", 1.0), ("linear", 0.75), ("cosine", 0.853553)])
def test_schedules(shape: Any, share: float) -> None:
    sharing = randomise(_sharing(l2=0.7, l2_schedule=shape))
    whole, later = (float(sharing.penalty(progress).detach()) for progress in (0.0, 0.25))
    assert later == pytest.approx(share * whole, rel=1e-5)
    assert float(sharing.penalty(1.0).detach()) == pytest.approx(whole if shape == "constant" else 0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"l2": -0.1}, r"l2 must be 0 \(off\) or more, got -0.1"),
        ({"orthogonal": float("nan")}, r"orthogonal must be 0 \(off\) or more, got nan"),
        ({"l2_schedule": "exp"}, "l2_schedule must be one of constant, linear, cosine, got 'exp'"),
        ({"num_blocks": 0}, "num_blocks must be a whole number of at least 1, got 0"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _sharing(**options)
