"""Write down the likeliest token again and again: the loop around a text decoder, whatever runs the decoder.

In: a function that feeds tokens, and its cache. Out: tokens, how sure each was, and the attention that predicted each.
It ends at the end token, at the most tokens the clip can hold, or where the text turns into a loop (`guards.py`).

Letters: A alignment heads, N tokens, T frames, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from allears.decode.guards import cut_loop
from allears.vocabulary import Vocabulary

__all__ = ["Greedy", "Step", "write_greedily"]

Step = Callable[[Sequence[int], Any], tuple[np.ndarray, np.ndarray, Any]]
"""(tokens to feed, cache) -> logits (N, V), alignment (A, N, T), grown cache"""


@dataclass(frozen=True, eq=False)
class Greedy:
    """What was written.

    Attributes:
        tokens: text tokens, without the end token.
        logprobs: of each token and of the end, N + 1.
        alignment: (A, N + 1, T), the rows that predicted each token and the end.
    """

    tokens: list[int]
    logprobs: list[float]
    alignment: np.ndarray


def write_greedily(step: Step, prompt: Sequence[int], cache: Any, vocabulary: Vocabulary, max_tokens: int) -> Greedy:
    """Feed `prompt`, then each token that was likeliest; at most `max_tokens` of them.

    Tokens that are never speech are passed over, and so is a blank at the beginning. Where one that opens something
    (a quote, a bracket) is likelier than the end, the end is passed over too: more is to come.
    """
    end, never = vocabulary.end, list(vocabulary.non_speech)
    openers = [token for token in never if vocabulary.piece(token).startswith(b" ")]
    fed: Sequence[int] = prompt
    tokens: list[int] = []
    logprobs: list[float] = []
    rows: list[np.ndarray] = []
    while True:
        logits, alignment, cache = step(fed, cache)
        scores = np.array(logits[-1, : end + 1])
        wants_more = len(tokens) < max_tokens and (scores[openers] > scores[end]).any()  # to open a quote, not to end
        scores[never] = -np.inf
        if wants_more:
            scores[end] = -np.inf
        if not tokens:
            scores[vocabulary.blank] = -np.inf
        token = end if len(tokens) >= max_tokens else int(scores.argmax())
        rows.append(alignment[:, -1])
        logprobs.append(float(scores[token] - _logsumexp(scores)))
        if token == end:
            break
        tokens.append(token)
        kept = cut_loop(tokens)
        if kept < len(tokens):  # the row of the token after the cut stands in for that of the end
            tokens, logprobs, rows = tokens[:kept], logprobs[: kept + 1], rows[: kept + 1]
            break
        fed = [token]
    return Greedy(tokens, logprobs, np.stack(rows, axis=1))


def _logsumexp(x: np.ndarray) -> float:
    peak = float(x.max())
    return peak + float(np.log(np.exp(x - peak).sum()))
