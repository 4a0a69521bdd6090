"""What a CTC head spelt of one window: its text, how likely other texts are by it, and when their words were said.

In: the head's output and its task. Out: text, log-likelihoods, times; what the attention decoder is helped with
(`draft.py`, `joint.py`, word times). A word with a letter the head has no unit for (a digit, another script) is a gap
that any frames may fill: it has no times, and the words beside it keep theirs.

Times come from letters, each of which is a spike a little after its sound begins. A piece of a word is a spike anywhere
in it: a head that spells with pieces leaves times to one with letters (`with_letters`), or tells none.

Letters: T frames of the head, C units.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from allears.decode.align import align_units, best_path_likelihood, frames_needed, log_likelihood
from allears.decode.base import WindowOutput
from allears.decode.spelling import SPACE, Speller, join, read_best_path, speller_of, unfold
from allears.spec import ModelSpec, TaskSpec
from allears.texts import plain_words

__all__ = ["EARLIER_S", "LAST_LETTER_S", "Spelled"]

_GAP = 0.1  # nats a gap costs a frame against the likeliest unit, so that a word beside it is not taken into it
_HEARD = -3.0  # mean log-probability of a word's units below which the head heard another word there
# LibriSpeech dev against PocketSphinx, 351 words: starts were 60 ms late, ends (with LAST_LETTER_S) 50 ms
EARLIER_S = 0.05
LAST_LETTER_S = 0.06  # a unit is a spike where its sound is clear; the last sound of a word goes on
_SILENT = 0.1  # most probability of letters in a frame without any


class Spelled:
    """See the module.

    Args:
        logits: (T, C), the blank first.
        names: of the units.
        frame_s: seconds a frame.
        letters: of the same window by a head that spells with letters; it tells times in this one's place.
    """

    def __init__(
        self, logits: np.ndarray, names: Sequence[str], frame_s: float, letters: Spelled | None = None
    ) -> None:
        self._logits, self._names, self._frame_s, self._timer = logits, tuple(names), frame_s, letters

    @classmethod
    def of(cls, window: WindowOutput, task: TaskSpec, model: ModelSpec) -> Spelled:
        """From the output (T, f * C) of a task of kind `ctc`.

        Raises:
            ValueError: the head does not fit the task's units.
        """
        logits = unfold(window.output, len(task.classes))
        return cls(logits, task.classes, model.shift_s(task) * len(window.output) / max(1, len(logits)))

    def with_letters(self, letters: Spelled | None) -> Spelled:
        """The same, with times by another head."""
        return Spelled(self._logits, self._names, self._frame_s, letters)

    @cached_property
    def text(self) -> str:
        """What the best path says."""
        return join(read_best_path(self._logits, self._frame_s), self._names)

    @cached_property
    def logprobs(self) -> np.ndarray:
        """(T, C)."""
        shifted = self._logits - self._logits.max(axis=1, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))

    @property
    def is_silent(self) -> bool:
        """Whether it is sure in every frame that there is no letter."""
        silent = [i for i, name in enumerate(self._names) if not i or name == SPACE]
        if not np.isin(self._logits.argmax(axis=1), silent).all():
            return False  # the likeliest of all is a letter: letters have a third of the probability or more
        return not len(self._logits) or float(1 - np.exp(self.logprobs[:, silent]).sum(axis=1).min()) < _SILENT

    def part_spelt(self, text: str) -> float:
        """Share of the words of a text that the head has all letters of, 0 to 1; 1 for no words."""
        words = plain_words(text).split()
        return sum(self._speller.word(word) is not None for word in words) / len(words) if words else 1.0

    def log_likelihood(self, text: str) -> float:
        """ln p(text | audio), any text; -inf where it does not fit.

        With a gap it is that of the likeliest path: a sum would count the gap beside every unit it stands for.
        """
        units = self.units([text])[0]
        if len(self._names) in units:
            return best_path_likelihood(self.with_gap, units)
        return log_likelihood(self.logprobs, units)

    def times(self, words: Sequence[str]) -> list[tuple[float, float] | None]:
        """(start, end) of each word from the window's start, seconds; None where the head cannot tell.

        It cannot where it lacks a letter, where it heard something else, if the words do not fit the audio, or if it
        spells with pieces.
        """
        if self._timer is not None:
            return self._timer.times(words)
        if self._speller.has_pieces:
            return [None] * len(words)
        units, places = self.units(words)
        if not units or frames_needed(units) > len(self._logits):
            return [None] * len(words)
        aligned = align_units(self.with_gap, units)
        gap = len(self._names)
        found: list[tuple[float, float] | None] = []
        for first, stop in places:
            own = [i for i in range(first, stop) if units[i] == gap or self._names[units[i]] != SPACE]
            if not own or any(units[i] == gap for i in own) or aligned.logprobs[own].mean() < _HEARD:
                found.append(None)
                continue
            end = int(aligned.lasts[own[-1]]) + 1
            later = next((int(aligned.firsts[i]) for i in range(stop, len(units)) if self._is_letter(units[i])), None)
            end_s = end * self._frame_s + LAST_LETTER_S
            latest_s = (len(self._logits) if later is None else max(later, end)) * self._frame_s
            start_s = float(aligned.firsts[own[0]]) * self._frame_s
            found.append((max(0.0, start_s - EARLIER_S), max(0.0, min(end_s, latest_s) - EARLIER_S)))
        return found

    @cached_property
    def with_gap(self) -> np.ndarray:
        """(T, C + 1): the last unit is the gap, nearly as likely as whatever is likeliest."""
        return np.concatenate([self.logprobs, self.logprobs.max(axis=1, keepdims=True) - _GAP], axis=1)

    def _is_letter(self, unit: int) -> bool:
        return unit == len(self._names) or self._names[unit] != SPACE

    def units(self, words: Sequence[str]) -> tuple[list[int], list[tuple[int, int]]]:
        """Units of all words (the gap is the number after the last), and (first, one past the last) of each.

        A word may be several, or none ("-").
        """
        units: list[int] = []
        places = []
        for written in words:
            first = len(units)
            for word in plain_words(written).split():
                spelt = self._speller.word(word)
                if units and (spelt is None or not self._speller.has_pieces) and SPACE in self._speller.index:
                    units.append(self._speller.index[SPACE])
                units += [len(self._names)] if spelt is None else spelt
            places.append((first, len(units)))
        return units, places

    @property
    def _speller(self) -> Speller:
        return speller_of(self._names)
