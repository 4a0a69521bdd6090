"""Keywords by how they are spelt: the score of the spelling's CTC path against the best path of all.

In: log-probabilities of units a frame, and spellings as unit numbers. Out: at each frame, the log-likelihood ratio of
the best path through the spelling that ends there, and where that path began.

Token passing over a keyword graph with a filler (Rose & Paul 1990, "A hidden Markov model based keyword recognition
system"; over CTC units, entered at any frame: Xi et al. 2024, "Streaming keyword spotting boosted by cross-layer
discrimination consistency"). The filler is whatever units are likeliest: with
l(t, c) = log p(t, c) - max over c' of log p(t, c'), which is what a frame loses by not following the filler,

    v(t, s) = l(t, c(s)) + max( v(t-1, s), v(t-1, s-1), v(t-1, s-2) where s-1 is a blank between two unlike units )

and the first state may be entered from the filler, which costs nothing, at any frame. c(s): the units with a blank
between each two. The ratio is divided by the number of units and not by that of frames, which a slow
speaker fills with blanks.
Ours differs: a spelling that begins or ends inside a word of the filler loses `IN_WORD` ("art" in "start").

All spellings run at once: one step a frame over an array of K by S states.

Letters: T frames, C units, K spellings, S states.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.spelling import SPACE, Speller
from allears.keywords.hits import Scores
from allears.texts import plain_words

__all__ = ["IN_WORD", "log_ratios", "spot", "units_of"]

IN_WORD = 2.0  # nats
_NEVER = -1e9  # of a state that cannot be reached
_PER_UNIT = 20  # frames of 20 ms: a path longer than this a unit is no word but a pause


def units_of(text: str, names: Sequence[str]) -> tuple[int, ...]:
    """The units of a spelling, with spaces inside it only.

    The longest unit that fits is taken each time, so that pieces of words are read as well as letters.

    Raises:
        ValueError: nothing to spell, or a letter that no unit has.
    """
    plain, speller = plain_words(text), Speller(names)
    if not plain:
        raise ValueError(f"the spelling {text!r} has no letter: write it as it is said, such as 'hey computer'")
    units = speller.text(plain)
    if units is None:
        known = "".join(speller.index)
        strange = next((letter for letter in plain.replace(" ", "") if letter not in known), plain)
        letters = " ".join(sorted(name for name in speller.index if len(name) == 1))
        raise ValueError(f"the model cannot spell {strange!r} in {text!r}: write it with {letters}, numbers as words")
    return tuple(units)


def log_ratios(logits: np.ndarray) -> np.ndarray:
    """Logits (T, C) -> what each unit loses against the likeliest, (T, C), at most 0."""
    return np.asarray(logits - logits.max(axis=1, keepdims=True), dtype=np.float32)


def spot(ratios: np.ndarray, spellings: Sequence[Sequence[int]], names: Sequence[str]) -> list[Scores]:
    """The scores of each spelling at each of T frames, given `log_ratios` (T, C) and the names of the units."""
    if not len(ratios) or not spellings:
        return [Scores(np.full(len(ratios), -np.inf), np.zeros(len(ratios), int)) for _ in spellings]
    units, skips = _states(spellings)
    num_states = np.array([2 * len(s) - 1 for s in spellings])
    before, after = _inside_word(ratios.argmax(axis=1), names)
    costs = ratios[:, units]  # (T, K, S)
    last = (np.arange(len(spellings)), num_states - 1)
    value, start = np.full(units.shape, _NEVER, np.float32), np.zeros(units.shape, int)
    ends, starts = np.empty((len(ratios), len(spellings)), np.float32), np.empty((len(ratios), len(spellings)), int)
    for t, cost in enumerate(costs):
        value, start = _step(value, start, skips, enter=-IN_WORD * before[t], now=t)
        value = np.maximum(value + cost, _NEVER)
        ends[t], starts[t] = value[last], start[last]
    score = (ends - IN_WORD * after[:, None]) / np.array([len(s) for s in spellings])
    frames = np.arange(len(ratios))[:, None] - starts + 1
    score[frames > _PER_UNIT * np.array([len(s) for s in spellings])] = -np.inf
    score[ends <= _NEVER / 2] = -np.inf
    return [Scores(score[:, k], starts[:, k]) for k in range(len(spellings))]


def _step(
    value: np.ndarray, start: np.ndarray, skips: np.ndarray, *, enter: float, now: int
) -> tuple[np.ndarray, np.ndarray]:
    """One frame of token passing over (K, S) states, before the frame's own cost."""
    one, two = _later(value, 1, _NEVER), np.where(skips, _later(value, 2, _NEVER), _NEVER)
    from_one, from_two = _later(start, 1, now), _later(start, 2, now)
    best, since = np.where(one > value, one, value), np.where(one > value, from_one, start)
    since, best = np.where(two > best, from_two, since), np.maximum(best, two)
    is_entered = enter > best[:, 0]
    best[:, 0], since[:, 0] = np.where(is_entered, enter, best[:, 0]), np.where(is_entered, now, since[:, 0])
    return best, since


def _later(states: np.ndarray, count: int, fill: float) -> np.ndarray:
    moved = np.full_like(states, fill)
    moved[:, count:] = states[:, : max(0, states.shape[1] - count)]
    return moved


def _states(spellings: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Unit of each state (K, S), blanks (0) between units and after the end; where the blank may be jumped."""
    width = max(2 * len(s) - 1 for s in spellings)
    units, skips = np.zeros((len(spellings), width), int), np.zeros((len(spellings), width), bool)
    for k, spelling in enumerate(spellings):
        units[k, : 2 * len(spelling) - 1 : 2] = spelling
        skips[k, 2 : 2 * len(spelling) - 1 : 2] = np.diff(spelling) != 0
    return units, skips


def _inside_word(best: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Whether the filler's last unit before, and its next unit after, each of T frames goes on with a word."""
    is_blank = best == 0
    opens = np.array([name == SPACE or name.startswith(SPACE) for name in names])
    before, after = np.zeros(len(best), bool), np.zeros(len(best), bool)
    inside = False
    for t, unit in enumerate(best.tolist()):
        before[t] = inside and not opens[unit]
        if not is_blank[t]:
            inside = names[unit] != SPACE
    following = 0
    for t in range(len(best) - 1, -1, -1):
        after[t] = following != 0 and following != best[t] and not opens[following]
        if not is_blank[t]:
            following = int(best[t])
    return before.astype(np.float32), after.astype(np.float32)
