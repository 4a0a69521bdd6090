"""FiLM against Perez et al. 2018, in numpy."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from allears.sharing.film import film
from tests.unit.sharing.frames import DIM, LAYERS, array, hidden, randomise, read

READS = {"a": "mix", "b": "last"}


def test_the_formula() -> None:
    sharing, given = randomise(film(reads=READS, dim=DIM, num_layers=LAYERS, size=5)), hidden()
    found, weight = sharing(given), array(sharing.generate.weight)
    for task in READS:
        gain, shift = np.split(weight @ array(sharing.vectors[task]), 2)
        np.testing.assert_allclose(
            array(found[task]), (1.0 + gain) * read(sharing.mix, given, task) + shift, atol=1e-5, rtol=1e-4
        )


def test_it_starts_as_hard_sharing_and_every_task_at_the_same_place() -> None:
    sharing, given = film(reads=READS, dim=DIM, num_layers=LAYERS), hidden()
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)
    assert not any(vector.any() for vector in sharing.task_vectors().values())


def test_near_vectors_give_near_features() -> None:
    sharing, given = randomise(film(reads={"a": "last", "b": "last"}, dim=DIM, num_layers=LAYERS)), hidden()
    sharing.vectors["b"].data.copy_(sharing.vectors["a"].data)
    found = sharing(given)
    np.testing.assert_array_equal(array(found["a"]), array(found["b"]))


def test_size_is_checked() -> None:
    with pytest.raises(ValueError, match="size must be a whole number of at least 1, got 0"):
        film(reads=READS, dim=DIM, num_layers=LAYERS, size=0)
