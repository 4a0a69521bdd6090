"""Which words were said, of a small vocabulary: Viterbi over the states of all words at once, joined by a bigram.

In: scores of states a frame, words with their pronunciations, ln p of a word after another. Out: words with times.
Source: token passing (Young, Russell and Thornton 1989): each state holds the best way into it and who came before;
where a word ends, its way goes on into every word, at the cost that the bigram says:

    start(w) = max over u of end(u) + weight * ln p(w | u) + bonus

Each word is followed by a pause of any length, or none, and the clip may begin with one.

Letters: M frames, C columns, S states, V pronunciations (a word has one row for each), row 0 the start of the clip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears.decode.answers import Word
from allears.hybrid.bigram import Bigram
from allears.hybrid.lexicon import Lexicon
from allears.hybrid.mfcc import FRAME_S
from allears.hybrid.phones import PhoneModel
from allears.hybrid.topology import STATES, columns_of

__all__ = ["SearchOptions", "Vocabulary", "search"]

_NEVER = -1e30


@dataclass(frozen=True)
class SearchOptions:
    """What words cost.

    Attributes:
        weight: of the bigram against the sound. Frames of 10 ms are not independent, so the sound counts itself too
            often, by about this much.
        bonus: nats for a word, against many short ones if below 0.
        beam: nats below the best state at which a word that ends is not followed any more.
    """

    weight: float = 8.0
    bonus: float = 0.0
    beam: float = 300.0


class Vocabulary:
    """Words as states, ready to be searched.

    Args:
        words: plain words.
        model: has the phones.
        lexicon: says the words.
        bigram: which word follows which.
        options: what words cost.

    Attributes:
        unsayable: words that the model has no phones for; they cannot be recognised.

    Raises:
        ValueError: no word can be said.
    """

    def __init__(
        self,
        words: Sequence[str],
        model: PhoneModel,
        lexicon: Lexicon,
        bigram: Bigram,
        options: SearchOptions | None = None,
    ) -> None:
        chosen = options or SearchOptions()
        unique = list(dict.fromkeys(words))
        rows = [(i, said) for i, word in enumerate(unique) for said in model.sayable(lexicon.say(word))]
        said_of = {i for i, _ in rows}
        self.unsayable = [word for i, word in enumerate(unique) if i not in said_of]
        if not rows:
            raise ValueError(f"no word of the vocabulary can be said: {model.unsayable(unique)}")
        self.names = ["", *(unique[i] for i, _ in rows)]
        pause = STATES * len(model.phones)
        columns, firsts, lasts = [pause], [0], [0]
        for _, said in rows:
            firsts.append(len(columns))
            columns += columns_of(said, model.index)
            lasts.append(len(columns) - 1)
            columns.append(pause)
        self.columns, self.firsts, self.lasts = np.array(columns), np.array(firsts), np.array(lasts)
        self.pauses = np.append(self.firsts[1:], len(columns)) - 1
        self.stay = model.stay[self.columns]
        self.move = np.log1p(-np.exp(np.minimum(self.stay, -1e-6)))
        after = np.array([0, *(i + 1 for i, _ in rows)])
        matrix = chosen.weight * bigram.matrix(unique)
        self.follow = np.maximum(matrix[np.ix_(after, after[1:] - 1)] + chosen.bonus, _NEVER)  # (V + 1, V)
        self.end = np.maximum(matrix[after, -1], _NEVER)
        self.beam = chosen.beam


def search(scores: np.ndarray, vocabulary: Vocabulary) -> tuple[tuple[Word, ...], float]:
    """The likeliest words for scores (M, C), and what they score a frame; none where nothing ends.

    The probability of a word is 1: the search compares words and does not say how sure it is.
    """
    v = vocabulary
    num_rows, num_states = len(v.names), len(v.columns)
    ways = np.full(num_states, _NEVER)
    ways[0] = 0.0  # in the pause before the first word ...
    ways[v.firsts[1:]] = v.follow[0]  # ... or in a word
    before = np.zeros(num_states, np.int64)  # number of the last word's end: t * V' + row; 0 is the start of the clip
    said_until = np.zeros(num_states, np.int64)  # frame at which the pause after a word began
    begins = np.zeros(num_states, bool)
    begins[v.firsts] = True
    ended_before = np.zeros((len(scores) + 1, num_rows), np.int64)
    ended_said = np.zeros((len(scores) + 1, num_rows), np.int64)
    ways = ways + scores[0, v.columns]
    for t in range(1, len(scores)):
        out = ways + v.move
        ends, is_paused = _ends(out, v)
        ended_before[t] = np.where(is_paused, before[v.pauses], before[v.lasts])
        ended_said[t] = np.where(is_paused, said_until[v.pauses], t)
        moved = np.full(num_states, _NEVER)
        moved[1:] = np.where(begins[1:], _NEVER, out[:-1])
        is_moved = moved > ways + v.stay
        before = np.where(is_moved, np.roll(before, 1), before)
        said_until[v.pauses] = np.where(is_moved[v.pauses], t, said_until[v.pauses])
        ways = np.maximum(moved, ways + v.stay)
        likely = np.flatnonzero(ends > max(_NEVER / 2, ways.max() - v.beam))
        if len(likely):
            into = ends[likely, None] + v.follow[likely]
            best = into.argmax(axis=0)
            entered = into[best, np.arange(len(best))]
            is_entered = entered > ways[v.firsts[1:]]
            starts = v.firsts[1:][is_entered]
            ways[starts] = entered[is_entered]
            before[starts] = t * num_rows + likely[best[is_entered]]
        ways = ways + scores[t, v.columns]
    ends, is_paused = _ends(ways + v.move, v)
    ended_before[-1] = np.where(is_paused, before[v.pauses], before[v.lasts])
    ended_said[-1] = np.where(is_paused, said_until[v.pauses], len(scores))
    total = ends + v.end
    total[0] = _NEVER
    row = int(total.argmax())
    if total[row] < _NEVER / 2:
        return (), float(_NEVER)
    return _words(len(scores) * num_rows + row, ended_before, ended_said, v), float(total[row]) / len(scores)


def _ends(out: np.ndarray, v: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """What leaving each row scores (V + 1,), and whether it is better to leave its pause than its last phone."""
    is_paused = out[v.pauses] > out[v.lasts]
    return np.where(is_paused, out[v.pauses], out[v.lasts]), is_paused


def _words(number: int, ended_before: np.ndarray, ended_said: np.ndarray, v: Vocabulary) -> tuple[Word, ...]:
    """From the last word's end back to the start of the clip."""
    num_rows, found = len(v.names), list[Word]()
    while number % num_rows:
        frame, row = divmod(number, num_rows)
        number = int(ended_before[frame, row])
        start_s, end_s = number // num_rows * FRAME_S, int(ended_said[frame, row]) * FRAME_S
        found.append(Word(v.names[row], round(start_s, 3), round(end_s, 3), 1.0))
    return tuple(reversed(found))
