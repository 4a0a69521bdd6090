"""The best path and the sum of all paths, against every path there is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from allears.decode.align import align_units, best_path_likelihood, frames_needed, log_likelihood


def _random(num_frames: int, num_units: int, seed: int) -> np.ndarray:
    logits = np.random.default_rng(seed).normal(0, 2, (num_frames, num_units))
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))


def _paths(num_frames: int, num_units: int, units: Sequence[int]) -> list[tuple[int, ...]]:
    """All rows of labels that say the units."""
    return [
        path
        for path in itertools.product(range(num_units), repeat=num_frames)
        if [unit for unit, _ in itertools.groupby(path) if unit] == list(units)
    ]


@pytest.mark.parametrize("units", [[1], [1, 2], [2, 2], [1, 2, 1], [1, 1, 2]])
@pytest.mark.parametrize("seed", range(3))
def test_every_path_is_tried(units: list[int], seed: int) -> None:
    logprobs = _random(6, 3, seed)
    paths = _paths(6, 3, units)
    scores = [float(logprobs[np.arange(6), list(path)].sum()) for path in paths]
    assert log_likelihood(logprobs, units) == pytest.approx(np.logaddexp.reduce(scores))

    assert best_path_likelihood(logprobs, units) == pytest.approx(max(scores))

    best = paths[int(np.argmax(scores))]
    groups = [(unit, list(frames)) for unit, frames in itertools.groupby(range(6), key=lambda frame: best[frame])]
    spoken = [(unit, frames) for unit, frames in groups if unit]
    aligned = align_units(logprobs, units)
    assert aligned.firsts.tolist() == [frames[0] for _, frames in spoken]
    assert aligned.lasts.tolist() == [frames[-1] for _, frames in spoken]
    assert aligned.logprobs == pytest.approx([logprobs[frames, unit].mean() for unit, frames in spoken])


def test_no_text_is_all_blanks() -> None:
    logprobs = _random(5, 3, 0)
    assert log_likelihood(logprobs, []) == pytest.approx(logprobs[:, 0].sum())


def test_as_many_units_as_frames() -> None:
    logprobs = _random(4, 3, 1)
    assert align_units(logprobs, [1, 2, 1, 2]).firsts.tolist() == [0, 1, 2, 3]
    assert log_likelihood(logprobs, [1, 2, 1, 2]) == pytest.approx(logprobs[np.arange(4), [1, 2, 1, 2]].sum())
    assert frames_needed([1, 1, 1]) == 5


def test_what_does_not_fit_is_told() -> None:
    logprobs = _random(4, 3, 2)
    with pytest.raises(ValueError, match=r"3 units need 5 frames .* the audio has 4: give the text of this audio"):
        align_units(logprobs, [1, 1, 1])
    assert log_likelihood(logprobs, [1, 1, 1]) == -np.inf
    for units in ([], [0], [3]):
        with pytest.raises(ValueError, match="with a head of 3: give one or more numbers from 1 to 2"):
            align_units(logprobs, units)


def test_a_whole_window() -> None:
    units = np.random.default_rng(3).integers(1, 30, 300)
    logprobs = np.full((1_400, 31), np.log(0.01))
    firsts = 2 + 4 * np.arange(300)
    logprobs[:, 0] = np.log(0.7)
    logprobs[firsts, 0], logprobs[firsts, units] = np.log(0.01), np.log(0.7)
    aligned = align_units(logprobs, units.tolist())
    assert aligned.firsts.tolist() == aligned.lasts.tolist() == firsts.tolist()
    assert np.isfinite(log_likelihood(logprobs, units.tolist()))
