"""Texts that are given, judged by a decoder whose scores depend on what was fed before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from allears.decode.forced import read_forced
from allears.vocabulary import Vocabulary

END = Vocabulary.end


def _step(tokens: Sequence[int], cache: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    logits = np.stack(
        [np.random.default_rng([*cache, *tokens[: i + 1]]).normal(0, 1, END + 9) for i in range(len(tokens))]
    ).astype(np.float32)
    logits[:, END + 1 :] = 50.0  # special tokens, which are no text
    rows = np.stack([np.full((2, 7), float(t)) for t in tokens], axis=1)
    return logits, rows, (*cache, *tokens)


def test_a_text_is_worth_the_sum_of_its_steps() -> None:
    first, second = read_forced(_step, [5, 6], (4,), [[10, 11], []])
    assert (first.tokens, second.tokens) == ([10, 11], [])
    for read, tokens in ((first, [10, 11, END]), (second, [END])):
        for i, token in enumerate(tokens):
            logits = _step([(5, 6, *tokens)[i + 1]], (4, *(5, 6, *tokens)[: i + 1]))[0][0, : END + 1].astype(float)
            assert read.logprobs[i] == pytest.approx(logits[token] - np.log(np.exp(logits).sum()), abs=1e-4)
    assert first.alignment.shape == (2, 3, 7)
    assert first.alignment[0, :, 0].tolist() == [6.0, 10.0, 11.0], "the row that predicted each token"


def test_no_text_costs_nothing_but_the_prompt() -> None:
    assert read_forced(_step, [5], (), []) == []
