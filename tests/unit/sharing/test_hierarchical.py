"""Hierarchical sharing: tapped layers, and higher tasks that see lower ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from allears.sharing.hierarchical import hierarchical
from tests.unit.sharing.frames import DIM, LAYERS, array, bottleneck, hidden, layer_norm, randomise, read

READS = {"a": "mix", "b": "last", "c": "mix", "d": "last"}


def _sharing(**options: Any) -> Any:
    return hierarchical(reads=READS, dim=DIM, num_layers=LAYERS, width=4, **options)


def test_without_options_it_starts_as_hard_sharing() -> None:
    sharing, given = _sharing(), hidden()
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)


def test_a_task_with_a_depth_reads_that_layer() -> None:
    sharing, given = _sharing(depth={"a": 0, "b": LAYERS - 1, "c": 1}), hidden()
    found, layers = sharing(given), array(given.layers)
    np.testing.assert_allclose(array(found["a"]), layer_norm(layers[0]), atol=1e-5)
    np.testing.assert_allclose(array(found["b"]), layers[-1], atol=1e-6)
    np.testing.assert_allclose(array(found["c"]), layer_norm(layers[1]), atol=1e-5)
    assert set(sharing.layer_weights()) == set()


def test_the_cascade_in_numpy() -> None:
    """Depths 0 < 1 = 1; `d` has none and stands above all."""
    sharing = randomise(_sharing(depth={"c": 1, "a": 0, "b": 1}, is_cascaded=True))
    assert sharing.below == {"a": (), "b": ("a",), "c": ("a",), "d": ("a", "c", "b")}
    given = hidden()
    layers, wanted = array(given.layers), {}
    inputs = {"a": layer_norm(layers[0]), "b": layer_norm(layers[1]), "c": layer_norm(layers[1]), "d": layers[-1]}
    for task in "abcd":
        x = inputs[task]
        wanted[task] = x + bottleneck(sharing.adapters[task], x)
        for low in sharing.below[task]:
            wanted[task] = wanted[task] + bottleneck(sharing.cascade[task][low], wanted[low])
    found = sharing(given)
    for task in READS:
        np.testing.assert_allclose(array(found[task]), wanted[task], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depth": {"x": 0}}, r"depth is given for \['x'\], but the tasks are \['a', 'b', 'c', 'd'\]"),
        ({"depth": {"a": 3}}, r"0 \(the input of the encoder's first layer\) to 2 \(its output\), got \{'a': 3\}"),
        ({"depth": {"a": -1}}, r"got \{'a': -1\}"),
        ({"is_cascaded": True}, "is_cascaded needs to know which tasks are lower: add `depth"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _sharing(**options)
