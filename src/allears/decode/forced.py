"""How likely the text decoder finds texts that it is given: the way to judge what it did not write itself.

In: a function that feeds tokens, its cache, and texts as tokens. Out: log-probability of each token and of the end, and
the attention that predicted each. One pass for the prompt, one a text.

Letters: A alignment heads, N tokens, T frames, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from allears.decode.greedy import Greedy, Step
from allears.vocabulary import Vocabulary

__all__ = ["read_forced"]


def read_forced(step: Step, prompt: Sequence[int], cache: Any, texts: Sequence[Sequence[int]]) -> list[Greedy]:
    """Each text (tokens, no end) as if it had been written; probabilities are among text tokens and the end."""
    first, first_rows, cache = step(prompt, cache)
    read = []
    for tokens in texts:
        logits, rows = first[-1:], first_rows[:, -1:]
        if tokens:
            more, more_rows, _ = step(tokens, cache)
            logits, rows = np.concatenate([logits, more]), np.concatenate([rows, more_rows], axis=1)
        read.append(Greedy(list(tokens), _logprobs(logits, [*tokens, Vocabulary.end]), rows))
    return read


def _logprobs(logits: np.ndarray, tokens: Sequence[int]) -> list[float]:
    """Of token i by row i of (N, V)."""
    scores = logits[:, : Vocabulary.end + 1]
    peaks = scores.max(axis=1)
    totals = peaks + np.log(np.exp(scores - peaks[:, None]).sum(axis=1))
    return [float(p) for p in scores[np.arange(len(tokens)), list(tokens)] - totals]
