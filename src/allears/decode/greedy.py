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

_NEAR = 5  # tokens whose middle place stands for where the attention is
_EARLY_FRAMES = 100  # 2 s of Whisper's frames: a transcript that ends so long before the speech does is not done
_LOOKED_BACK = 8  # tokens among which the farthest place is taken
_MOST_HELD = 3  # times the end is refused in one window: the speech head may be wrong, too
_FRAMES_A_TOKEN = 4  # nobody says a token in less (80 ms of Whisper's frames)

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


def write_greedily(
    step: Step,
    prompt: Sequence[int],
    cache: Any,
    vocabulary: Vocabulary,
    max_tokens: int,
    *,
    last_frame: int | None = None,
) -> Greedy:
    """Feed `prompt`, then each token that was likeliest; at most `max_tokens` of them.

    Tokens that are never speech are passed over, and so is a blank at the beginning. Where one that opens something
    (a quote, a bracket) is likelier than the end, the end is passed over too: more is to come. So it is, up to three
    times, where speech goes on for 2 s after what was written last.

    Args:
        step: runs the decoder.
        prompt: tokens fed first.
        cache: of the decoder before them.
        vocabulary: of the decoder.
        max_tokens: most text tokens written.
        last_frame: where speech ends; None if nobody knows.
    """
    num_held = 0
    end, never = vocabulary.end, list(vocabulary.non_speech)
    openers = [token for token in never if vocabulary.piece(token).startswith(b" ")]
    fed: Sequence[int] = prompt
    tokens: list[int] = []
    logprobs: list[float] = []
    rows: list[np.ndarray] = []
    while True:
        logits, alignment, cache = step(fed, cache)
        scores = np.array(logits[-1, : end + 1])
        is_full = len(tokens) >= max_tokens
        wants_more = not is_full and (scores[openers] > scores[end]).any()  # to open a quote, not to end
        scores[never] = -np.inf
        if wants_more:
            scores[end] = -np.inf
        if not tokens:
            scores[vocabulary.blank] = -np.inf
        is_ending = not is_full and int(scores.argmax()) == end
        if is_ending and num_held < _MOST_HELD and _is_early(rows, last_frame):
            scores[end] = -np.inf
            num_held += 1
        token = end if is_full else int(scores.argmax())
        rows.append(alignment[:, -1])
        logprobs.append(float(scores[token] - _logsumexp(scores)))
        if token == end:
            break
        tokens.append(token)
        kept = cut_loop(tokens)
        if kept < len(tokens) and not _moves_on(rows, kept):
            # the row of the token after the cut stands in for that of the end
            tokens, logprobs, rows = tokens[:kept], logprobs[: kept + 1], rows[: kept + 1]
            break
        fed = [token]
    return Greedy(tokens, logprobs, np.stack(rows, axis=1))


def _is_early(rows: Sequence[np.ndarray], last_frame: int | None) -> bool:
    """Whether speech goes on for long after the place that the last tokens were read from."""
    if last_frame is None or not rows:
        return False
    reached = max(_peak(row) for row in rows[-_LOOKED_BACK:])  # a full stop often looks back: the farthest counts
    return last_frame - reached > _EARLY_FRAMES


def _moves_on(rows: Sequence[np.ndarray], kept: int) -> bool:
    """Whether the attention (A, T) of the tokens after the first `kept` went on through the clip.

    Then the words were said again; a decoder that has lost the audio repeats itself while its attention stands still.
    """
    peaks = [_peak(row) for row in rows]
    before, after = np.array(peaks[max(0, kept - _NEAR) : kept]), np.array(peaks[-_NEAR:])
    gone = float(np.sort(after)[len(after) // 2] - np.sort(before)[len(before) // 2])
    return gone >= _FRAMES_A_TOKEN * (len(rows) - kept)


def _peak(row: np.ndarray) -> int:
    """The frame a token was read from, by its attention (A, T)."""
    return int(row.mean(axis=0).argmax())


def _logsumexp(x: np.ndarray) -> float:
    peak = float(x.max())
    return peak + float(np.log(np.exp(x - peak).sum()))
