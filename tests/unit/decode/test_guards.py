"""Signs that a text decoder has lost the audio."""

from __future__ import annotations

import random

import pytest

from allears.decode.guards import MAX_TOKENS, compression_ratio, cut_loop, token_budget


@pytest.mark.parametrize(
    "tokens",
    [
        [],
        [5],
        [5] * 11,  # "no no no ...", as people do
        [1, 2, 3, 4] * 2,  # a phrase said twice
        [1, 2] * 5,
        list(range(24)) * 2,
        [1, 2, 3, 1, 2, 4] * 1,
        list(range(100)),
    ],
)
def test_what_people_say_is_kept(tokens: list[int]) -> None:
    assert cut_loop(tokens) == len(tokens)


@pytest.mark.parametrize("period", [1, 2, 3, 4, 7, 12, 24])
def test_one_round_of_a_loop_stays(period: int) -> None:
    phrase = list(range(100, 100 + period))
    before = [7, 8, 9]
    rounds = max(3, -(-12 // period))
    tokens = before + phrase * rounds
    assert cut_loop(tokens[:-1]) == len(tokens) - 1, "one token before, it could still be something else"
    assert cut_loop(tokens) == len(before) + period
    assert tokens[: cut_loop(tokens)] == before + phrase


def test_a_loop_that_has_ended_is_no_longer_cut() -> None:
    assert cut_loop([1, 2, 3, 4] * 3 + [5]) == 13


def test_what_is_cut_was_said_before() -> None:
    rng = random.Random(0)
    num_cuts = 0
    for _ in range(2_000):
        tokens = [rng.randrange(3) for _ in range(rng.randrange(1, 30))]
        if rng.random() < 0.3:
            tokens += tokens[-rng.randrange(1, 5) :] * rng.randrange(2, 14)
        kept = cut_loop(tokens)
        assert 1 <= kept <= len(tokens)
        if kept < len(tokens):
            num_cuts += 1
            assert any(_is_loop(tokens, kept, period) for period in range(1, min(24, kept) + 1))
    assert num_cuts > 50


def _is_loop(tokens: list[int], kept: int, period: int) -> bool:
    """Whether what follows `kept` tokens is their last `period` tokens, round and round, for long enough."""
    again = [tokens[kept - period + i % period] for i in range(len(tokens) - kept)]
    return tokens[kept:] == again and len(again) + period >= max(12, 3 * period)


def test_the_budget_grows_with_the_clip_to_what_the_decoder_can_hold() -> None:
    assert token_budget(0.0) == 16
    assert token_budget(1.0) == 28
    assert token_budget(0.3) <= token_budget(0.6) <= token_budget(20.0)
    assert token_budget(30.0) == 376
    assert token_budget(3_600.0) == MAX_TOKENS < 448 - 4


def test_repetition_compresses() -> None:
    assert compression_ratio("") == 0.0
    assert compression_ratio("The sky above the port was the color of television.") < 1.3
    assert compression_ratio("Thank you. " * 20) > 2.4
