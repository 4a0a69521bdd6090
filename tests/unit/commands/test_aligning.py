from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest

from allears.commands.aligning import align
from tests.unit.commands.heard import NAMES, heard, log_softmax


def test_each_letter_is_where_its_frame_is():
    logits = heard("hello", num_frames=60, noise=0.1)
    units = [NAMES.index(letter) for letter in "hello"]
    spans = align(log_softmax(logits), units)
    peaks = np.flatnonzero(logits.argmax(axis=1))
    assert [start for start, _ in spans] == peaks.tolist()
    assert all(stop == start + 1 for start, stop in spans)


def test_a_text_too_long_for_the_frames():
    with pytest.raises(ValueError, match="do not fit into 2 frames"):
        align(np.zeros((2, 4), np.float32), [1, 1])


def test_one_unit():
    assert align(np.log(np.array([[0.1, 0.9], [0.8, 0.2]])), [1]) == [(0, 1)]


@pytest.mark.parametrize("seed", range(4))
def test_the_alignment_is_the_best_of_all(seed):
    logprobs = log_softmax(np.random.default_rng(seed).normal(0, 1, (6, 3)))
    units = [1, 2, 2]
    ours = np.zeros(6, int)
    for unit, (first, stop) in zip(units, align(logprobs, units), strict=True):
        ours[first:stop] = unit
    spelt = [path for path in product(range(3), repeat=6) if [u for u, _ in groupby(path) if u] == units]
    best = max(sum(logprobs[t, unit] for t, unit in enumerate(path)) for path in spelt)
    assert sum(logprobs[t, unit] for t, unit in enumerate(ours)) == pytest.approx(best)
