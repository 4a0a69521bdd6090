"""Write down the likeliest token again and again: the loop around a text decoder, whatever runs the decoder.

In: a function that feeds tokens, and its cache. Out: tokens, how sure each was, and the attention that predicted each.
It ends at the end token, at the most tokens the clip can hold, or where the text turns into a loop (`guards.py`).

Letters: A alignment heads, N tokens, T frames, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from allears.decode.guards import cut_loop
from allears.vocabulary import Vocabulary

__all__ = ["Cut", "Drafter", "Greedy", "Seen", "Step", "Writer", "write_greedily"]

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
class Seen:
    """What the decoder thought while it wrote, for who wants to look again.

    Attributes:
        scores: of each token and of the end, N + 1 rows (V,) of float16: all text tokens and the end.
        cache: of the decoder, after the text.
        num_fed: text tokens (guesses among them) the cache has.
        never: tokens that are never speech.
    """

    scores: list[np.ndarray]
    cache: Any
    num_fed: int
    never: tuple[int, ...]

    def logprob(self, place: int, token: int) -> float:
        """ln p of a token in that place, after what was written before it."""
        return self.logprob_of(self.scores[place], token)

    def logprob_of(self, logits: np.ndarray, token: int) -> float:
        """ln p of a token among those that may be written, by logits (V,)."""
        scores = np.array(logits[: Vocabulary.end + 1], np.float32)
        scores[list(self.never)] = -np.inf
        return float(scores[token] - _logsumexp(scores))


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
        seen: what it thought; None if that was not asked for, or if the text was cut.
        margins: of each token, how many nats the likeliest was above the next; none where it was not asked.
    """

    tokens: list[int]
    logprobs: list[float]
    alignment: np.ndarray
    num_held: int = 0
    is_cut: bool = False
    num_passes: int = 0
    seen: Seen | None = None
    margins: Sequence[float] = ()


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
    keep: bool = False,
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
        keep: also what the decoder thought of every token, 100 kB each.
    """
    assert draft is None or cut is not None
    writer = Writer(vocabulary, max_tokens, last_frame, keep=keep)
    fed, num_fed = list(prompt), -len(prompt)
    while True:
        # the prompt is fed alone: in an int8 decoder its outliers would coarsen what is fed along with it
        is_prompt = writer.num_passes == 0
        guess = [] if draft is None or is_prompt else list(draft.ahead(writer.tokens))[: writer.num_left]
        logits, alignment, cache = step([*fed, *guess], cache)
        writer.num_passes += 1
        num_fed += len(fed) + len(guess)
        token, num_right = _accept(writer, logits, alignment, guess)
        if token is None:
            return writer.written(cache, num_fed)
        if draft is not None and cut is not None:
            draft.learn(len(guess), num_right)
            if num_right < len(guess):
                cache = cut(cache, len(guess) - num_right)
                num_fed -= len(guess) - num_right
        fed = [token]


def _accept(writer: Writer, logits: np.ndarray, alignment: np.ndarray, guess: Sequence[int]) -> tuple[int | None, int]:
    """Write the guessed tokens that are right and the one after them: (that one, None at the end; how many were)."""
    num_right, row = 0, len(logits) - len(guess) - 1
    while True:
        token = writer.take(logits[row + num_right], alignment[:, row + num_right])
        if token is None or num_right == len(guess) or token != guess[num_right]:
            return token, num_right
        num_right += 1


class Writer:
    """Takes what the decoder says a token at a time, and knows when to stop."""

    def __init__(self, vocabulary: Vocabulary, max_tokens: int, last_frame: int | None, *, keep: bool) -> None:
        self._end, self._blank, self._never = vocabulary.end, vocabulary.blank, list(vocabulary.non_speech)
        self._openers = [token for token in self._never if vocabulary.piece(token).startswith(b" ")]
        self._max_tokens, self._last_frame = max_tokens, last_frame
        self._logprobs: list[float] = []
        self._rows: list[np.ndarray] = []
        self._keep = keep
        self._scores: list[np.ndarray] = []
        self._margins: list[float] = []
        self._num_held, self._is_cut = 0, False
        self.tokens: list[int] = []
        self.num_passes = 0

    def take(self, logits: np.ndarray, row: np.ndarray) -> int | None:
        """Write the likeliest token of logits (V,), read from attention (A, T). None when all is written."""
        logprobs = self.offer(logits)
        token = self._end if self.num_left <= 0 else int(logprobs.argmax())
        return token if self.write(token, logprobs, row) else None

    def offer(self, logits: np.ndarray) -> np.ndarray:
        """ln p of each text token and the end, -inf for what may not be written here. Once for each token written."""
        if self._keep:
            self._scores.append(logits[: self._end + 1].astype(np.float16))
        scores = self._allowed(logits, self.num_left <= 0)
        return np.asarray(scores - _logsumexp(scores))

    def write(self, token: int, logprobs: np.ndarray, row: np.ndarray) -> bool:
        """Write a token of those offered. Returns whether there is more to come."""
        self._rows.append(row)
        self._logprobs.append(float(logprobs[token]))
        self._margins.append(_margin(logprobs))
        if token == self._end:
            return False
        self.tokens.append(token)
        kept = cut_loop(self.tokens)
        if kept < len(self.tokens) and not _moves_on(self._rows, kept):
            # the row of the token after the cut stands in for that of the end
            self.tokens, self._is_cut = self.tokens[:kept], True
            self._logprobs, self._rows = self._logprobs[: kept + 1], self._rows[: kept + 1]
            self._margins = self._margins[: kept + 1]
            return False
        return True

    def fork(self) -> Writer:
        """One that has written the same, and may go on otherwise."""
        other = copy(self)
        for name in ("tokens", "_logprobs", "_rows", "_scores", "_margins"):
            setattr(other, name, list(getattr(self, name)))
        return other

    @property
    def score(self) -> float:
        """ln p of all that was written."""
        return sum(self._logprobs)

    @property
    def num_left(self) -> int:
        """Tokens that may still be written."""
        return self._max_tokens - len(self.tokens)

    def written(self, cache: Any, num_fed: int) -> Greedy:
        rows = np.stack(self._rows, axis=1)
        has_seen = self._keep and not self._is_cut
        seen = Seen(self._scores, cache, num_fed, tuple(self._never)) if has_seen else None
        how = self._num_held, self._is_cut, self.num_passes
        return Greedy(self.tokens, self._logprobs, rows, *how, seen, self._margins)

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


def _margin(logprobs: np.ndarray) -> float:
    """Nats between the likeliest token and the next."""
    best = int(logprobs.argmax())
    others = max(logprobs[:best].max(initial=-np.inf), logprobs[best + 1 :].max(initial=-np.inf))
    return float(logprobs[best] - others)


def _logsumexp(x: np.ndarray) -> float:
    peak = float(x.max())
    return peak + float(np.log(np.exp(x - peak).sum()))
