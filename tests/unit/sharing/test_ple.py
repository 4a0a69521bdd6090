"""PLE against the formulas of Tang et al. 2020, in numpy."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from allears.sharing.ple import ple
from tests.unit.sharing.frames import DIM, LAYERS, array, bottleneck, hidden, randomise, read, softmax

READS = {"a": "mix", "b": "last"}


def _select(weight: np.ndarray, x: np.ndarray, outputs: list[np.ndarray]) -> np.ndarray:
    """g(x) = w(x) S(x): softmax weights times the selected experts' outputs."""
    weights = softmax(x @ weight.T)
    return np.asarray(sum(weights[..., e : e + 1] * output for e, output in enumerate(outputs)))


@pytest.mark.parametrize("num_levels", [1, 2, 3])
def test_the_formula(num_levels: int) -> None:
    sharing = randomise(
        ple(reads=READS, dim=DIM, num_layers=LAYERS, num_levels=num_levels, num_shared=2, num_own=2, width=4)
    )
    given = hidden()
    states = {task: read(sharing.mix, given, task) for task in READS}
    common = read(sharing.common, given, "shared")
    for number, level in enumerate(sharing.levels):
        shared = [bottleneck(expert, common) for expert in level.shared]
        own = {task: [bottleneck(expert, x) for expert in level.own[task]] for task, x in states.items()}
        states = {
            task: x + _select(array(level.gates[task].weight), x, shared + own[task]) for task, x in states.items()
        }
        if number < num_levels - 1:
            common = common + _select(array(level.gate.weight), common, shared + own["a"] + own["b"])
        else:
            assert level.gate is None
    found = sharing(given)
    for task in READS:
        np.testing.assert_allclose(array(found[task]), states[task], atol=1e-4, rtol=1e-4)


def test_it_starts_as_hard_sharing() -> None:
    sharing, given = ple(reads=READS, dim=DIM, num_layers=LAYERS), hidden()
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)


def test_experts_of_another_task_are_heard_through_the_common_state_alone() -> None:
    """With one level there is none: what belongs to `b` changes nothing for `a`. With two it does."""
    for num_levels, is_heard in ((1, False), (2, True)):
        sharing = randomise(ple(reads=READS, dim=DIM, num_layers=LAYERS, num_levels=num_levels, width=4))
        before = array(sharing(hidden())["a"])
        for parameter in sharing.levels[0].own["b"].parameters():
            parameter.data += 1.0
        assert np.allclose(array(sharing(hidden())["a"]), before) is not is_heard


def test_counts_are_checked() -> None:
    with pytest.raises(ValueError, match="num_own must be a whole number of at least 1, got 0"):
        ple(reads=READS, dim=DIM, num_layers=LAYERS, num_own=0)
