"""Cross-stitch against equation 1 of Misra et al. 2016, in numpy."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.sharing.cross_stitch import cross_stitch  # noqa: E402
from tests.unit.sharing.frames import DIM, LAYERS, array, bottleneck, hidden, randomise, read  # noqa: E402

READS = {"a": "mix", "b": "last", "c": "mix"}


@pytest.mark.parametrize("is_per_channel", [False, True])
def test_the_formula(is_per_channel: bool) -> None:
    sharing = randomise(
        cross_stitch(reads=READS, dim=DIM, num_layers=LAYERS, num_blocks=2, width=4, is_per_channel=is_per_channel)
    )
    given = hidden()
    states = {task: read(sharing.mix, given, task) for task in READS}
    for level in range(2):
        outputs = {task: x + bottleneck(sharing.towers[task][level].inner, x) for task, x in states.items()}
        states = {}
        for task in READS:
            alpha = array(sharing.stitches[level].alpha[task]).reshape(len(READS), -1)  # (K, 1) or (K, D)
            states[task] = sum(alpha[j] * outputs[other] for j, other in enumerate(READS))
    found = sharing(given)
    for task in READS:
        np.testing.assert_allclose(array(found[task]), states[task], atol=1e-4, rtol=1e-4)


def test_it_starts_as_the_paper_does() -> None:
    sharing = cross_stitch(reads=READS, dim=DIM, num_layers=LAYERS)
    assert [sharing.stitches[0].alpha[task].tolist() for task in READS] == [
        pytest.approx([0.9, 0.05, 0.05]), pytest.approx([0.05, 0.9, 0.05]), pytest.approx([0.05, 0.05, 0.9])
    ]  # fmt: skip
    alone = cross_stitch(reads={"a": "last"}, dim=DIM, num_layers=LAYERS)
    assert torch.equal(alone(hidden())["a"], hidden().layers[-1])


def test_rows_do_not_decay() -> None:
    """The optimiser decays matrices; a mixture pulled to 0 would fade."""
    sharing = cross_stitch(reads=READS, dim=DIM, num_layers=LAYERS, is_per_channel=True)
    assert all(row.ndim == 1 for stitch in sharing.stitches for row in stitch.alpha.values())
