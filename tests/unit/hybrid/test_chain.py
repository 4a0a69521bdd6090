"""The best way through a chain of states."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from allears.decode.align import align_units
from allears.hybrid.chain import Chain, walk
from allears.hybrid.letters import _chain, _runs


def _random(num_frames: int, num_columns: int, seed: int) -> np.ndarray:
    raw = np.random.default_rng(seed).normal(0, 2, (num_frames, num_columns))
    return raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))


def _some(seed: int, num_states: int = 5) -> Chain:
    rng = np.random.default_rng(seed)
    is_optional = np.arange(num_states) % 2 == 0
    return Chain(rng.integers(0, 4, num_states), -rng.random(num_states), -rng.random(num_states), is_optional)


def _by_hand(scores: np.ndarray, chain: Chain) -> float:
    """The best of all ways, each tried."""
    last, best = len(chain.columns) - 1, -np.inf
    for path in itertools.product(range(last + 1), repeat=len(scores)):
        steps = [(a, b) for a, b in itertools.pairwise(path)]
        ok = path[0] in (0, 1) and path[-1] in (last - 1, last)
        ok = ok and all(b - a in (0, 1) or (b - a == 2 and chain.is_optional[a + 1]) for a, b in steps)
        if ok:
            cost = sum(chain.stay[a] if a == b else chain.move[a] for a, b in steps)
            best = max(best, cost + sum(scores[t, chain.columns[s]] for t, s in enumerate(path)))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_no_way_is_better(seed: int) -> None:
    scores, chain = _random(6, 4, seed), _some(seed)
    path, total = walk(scores, chain)
    assert total == pytest.approx(_by_hand(scores, chain))
    steps = np.diff(path)
    cost = np.where(steps == 0, chain.stay[path[:-1]], chain.move[path[:-1]]).sum()
    assert cost + scores[np.arange(6), chain.columns[path]].sum() == pytest.approx(total)


@pytest.mark.parametrize("units", [(1,), (1, 1, 2), (3, 2, 2, 1, 3)])
def test_it_is_the_ctc_alignment(units: tuple[int, ...]) -> None:
    scores = _random(40, 4, len(units))
    expected = align_units(scores, units)
    path, _ = walk(scores, _chain(units))
    firsts, stops, logprobs = _runs(path, scores, units)
    np.testing.assert_array_equal(firsts, expected.firsts)
    np.testing.assert_array_equal(stops - 1, expected.lasts)
    np.testing.assert_allclose(logprobs, expected.logprobs)


def test_a_beam_too_narrow_is_widened_until_the_end_is_reached() -> None:
    scores = np.full((30, 3), -100.0)
    scores[:20, 1], scores[20:, 2] = 0.0, 0.0  # the second state is best late only
    chain = Chain(np.array([1, 2, 1]), np.zeros(3), np.zeros(3), np.zeros(3, bool))
    path, total = walk(scores, chain, beam=1.0)
    assert walk(scores, chain, beam=np.inf)[1] == total
    assert path[0] == 0
    assert path[-1] == 2


def test_a_long_chain_in_a_beam_is_the_same_as_without() -> None:
    units = np.random.default_rng(0).integers(1, 20, 150)
    truth = np.repeat(np.stack([units, np.zeros_like(units)], 1).ravel(), 2)
    scores = _random(len(truth), 20, 1)
    scores[np.arange(len(truth)), truth] += 6
    np.testing.assert_array_equal(walk(scores, _chain(units), 100)[0], walk(scores, _chain(units), np.inf)[0])


def test_more_states_than_frames_is_an_error() -> None:
    with pytest.raises(ValueError, match="3 states do not fit into 2 frames"):
        walk(np.zeros((2, 1)), Chain(np.zeros(3, int), np.zeros(3), np.zeros(3), np.zeros(3, bool)))
