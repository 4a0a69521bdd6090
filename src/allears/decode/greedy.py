"""Write down the likeliest token again and again: the loop around a text decoder, whatever runs the decoder.

In: a function that feeds tokens, and its cache. Out: tokens, how sure each was, and the attention that predicted each.
It ends at the end token, at the most tokens the clip can hold, or where the text turns into a loop (`guards.py`).

Letters: A alignment heads, N tokens, T frames, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from allears.decode.guards import cut_loop
from allears.vocabulary import Vocabulary

__all__ = ["Cut", "Drafter", "Greedy", "Step", "write_greedily"]

_NEAR = 5  # tokens whose middle place stands for where the attention is
_EARLY_FRAMES = 100  # 2 s of Whisper's frames: a transcript that ends so long before the speech does is not done
_LOOKED_BACK = 8  # tokens among which the farthest place is taken
_MOST_HELD = 3  # times the end is refused in one window: the speech head may be wrong, too
_FRAMES_A_TOKEN = 4  # nobody says a token in less (80 ms of Whisper's frames)

Step = Callable[[Sequence[int], Any], tuple[np.ndarray, np.ndarray, Any]]
"""(tokens to feed, cache) -> logits (N, V), alignment (A, N, T), grown cache"""

Cut = Callable[[Any, int], Any]
"""(cache, how many of the tokens fed last to forget) -> cache"""


class Drafter(Protocol):
    """See `draft.py`."""

    def ahead(self, tokens: Sequence[int]) -> Sequence[int]: ...

    def learn(self, num_guessed: int, num_right: int) -> None: ...


@dataclass(frozen=True, eq=False)
class Greedy:
    """What was written.

    Attributes:
        tokens: text tokens, without the end token.
        logprobs: of each token and of the end, N + 1.
        alignment: (A, N + 1, T), the rows that predicted each token and the end.
        num_held: times the end was refused since speech went on.
        is_cut: whether it ended in a loop.
        num_passes: times the decoder was run.
    """

    tokens: list[int]
    logprobs: list[float]
    alignment: np.ndarray
    num_held: int = 0
    is_cut: bool = False
    num_passes: int = 0


def write_greedily(
    step: Step,
    prompt: Sequence[int],
    cache: Any,
    vocabulary: Vocabulary,
    max_tokens: int,
    *,
    last_frame: int | None = None,
    draft: Drafter | None = None,
    cut: Cut | None = None,
) -> Greedy:
    """Feed `prompt`, then each token that was likeliest; at most `max_tokens` of them.

    Tokens that are never speech are passed over, and so is a blank at the beginning. Where one that opens something
    (a quote, a bracket) is likelier than the end, the end is passed over too: more is to come. So it is, up to three
    times, where speech goes on for 2 s after what was written last.

    With a draft, guessed tokens are fed along with the one that is sure, and those that the decoder would not have
    written are forgotten again: the same text in fewer passes.

    Args:
        step: runs the decoder.
        prompt: tokens fed first.
        cache: of the decoder before them.
        vocabulary: of the decoder.
        max_tokens: most text tokens written.
        last_frame: where speech ends; None if nobody knows.
        draft: guesses what comes next.
        cut: shortens the cache; needed with a draft.
    """
    assert draft is None or cut is not None
    writer = _Writer(vocabulary, max_tokens, last_frame)
    fed = list(prompt)
    while True:
        # the prompt is fed alone: in an int8 decoder its outliers would coarsen what is fed along with it
        is_prompt = writer.num_passes == 0
        guess = [] if draft is None or is_prompt else list(draft.ahead(writer.tokens))[: writer.num_left]
        logits, alignment, cache = step([*fed, *guess], cache)
        writer.num_passes += 1
        token, num_right = _accept(writer, logits, alignment, guess)
        if token is None:
            return writer.written()
        if draft is not None and cut is not None:
            draft.learn(len(guess), num_right)
            if num_right < len(guess):
                cache = cut(cache, len(guess) - num_right)
        fed = [token]


def _accept(writer: _Writer, logits: np.ndarray, alignment: np.ndarray, guess: Sequence[int]) -> tuple[int | None, int]:
    """Write the guessed tokens that are right and the one after them: (that one, None at the end; how many were)."""
    num_right, row = 0, len(logits) - len(guess) - 1
    while True:
        token = writer.take(logits[row + num_right], alignment[:, row + num_right])
        if token is None or num_right == len(guess) or token != guess[num_right]:
            return token, num_right
        num_right += 1


class _Writer:
    """Takes what the decoder says a token at a time, and knows when to stop."""

    def __init__(self, vocabulary: Vocabulary, max_tokens: int, last_frame: int | None) -> None:
        self._end, self._blank, self._never = vocabulary.end, vocabulary.blank, list(vocabulary.non_speech)
        self._openers = [token for token in self._never if vocabulary.piece(token).startswith(b" ")]
        self._max_tokens, self._last_frame = max_tokens, last_frame
        self._logprobs: list[float] = []
        self._rows: list[np.ndarray] = []
        self._num_held, self._is_cut = 0, False
        self.tokens: list[int] = []
        self.num_passes = 0

    def take(self, logits: np.ndarray, row: np.ndarray) -> int | None:
        """Write the likeliest token of logits (V,), read from attention (A, T). None when all is written."""
        is_full = self.num_left <= 0
        scores = self._allowed(logits, is_full)
        token = self._end if is_full else int(scores.argmax())
        self._rows.append(row)
        self._logprobs.append(float(scores[token] - _logsumexp(scores)))
        if token == self._end:
            return None
        self.tokens.append(token)
        kept = cut_loop(self.tokens)
        if kept < len(self.tokens) and not _moves_on(self._rows, kept):
            # the row of the token after the cut stands in for that of the end
            self.tokens, self._is_cut = self.tokens[:kept], True
            self._logprobs, self._rows = self._logprobs[: kept + 1], self._rows[: kept + 1]
            return None
        return token

    @property
    def num_left(self) -> int:
        """Tokens that may still be written."""
        return self._max_tokens - len(self.tokens)

    def written(self) -> Greedy:
        rows = np.stack(self._rows, axis=1)
        return Greedy(self.tokens, self._logprobs, rows, self._num_held, self._is_cut, self.num_passes)

    def _allowed(self, logits: np.ndarray, is_full: bool) -> np.ndarray:
        """Scores of the text tokens and the end, -inf for what may not be written here."""
        scores = np.array(logits[: self._end + 1])
        wants_more = not is_full and (scores[self._openers] > scores[self._end]).any()  # to open a quote, not to end
        scores[self._never] = -np.inf
        if wants_more:
            scores[self._end] = -np.inf
        if not self.tokens:
            scores[self._blank] = -np.inf
        is_ending = not is_full and int(scores.argmax()) == self._end
        if is_ending and self._num_held < _MOST_HELD and _is_early(self._rows, self._last_frame):
            scores[self._end] = -np.inf
            self._num_held += 1
        return scores


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
