"""Adapters: a bottleneck a task, in numpy."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from allears.sharing.adapters import adapters
from tests.unit.sharing.frames import DIM, LAYERS, array, bottleneck, hidden, randomise, read

READS = {"a": "mix", "b": "last"}


def test_the_formula() -> None:
    sharing, given = randomise(adapters(reads=READS, dim=DIM, num_layers=LAYERS, width=4)), hidden()
    found = sharing(given)
    for task in READS:
        x = read(sharing.mix, given, task)
        np.testing.assert_allclose(array(found[task]), x + bottleneck(sharing.adapters[task], x), atol=1e-4, rtol=1e-4)


def test_it_starts_as_hard_sharing() -> None:
    sharing, given = adapters(reads=READS, dim=DIM, num_layers=LAYERS), hidden()
    for task, x in sharing(given).items():
        np.testing.assert_allclose(array(x), read(sharing.mix, given, task), atol=1e-5)


def test_width_is_checked() -> None:
    with pytest.raises(ValueError, match=r"width must be a whole number of at least 1, got 1\.5"):
        adapters(reads=READS, dim=DIM, num_layers=LAYERS, width=1.5)  # type: ignore[arg-type]
