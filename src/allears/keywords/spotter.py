"""Keywords, ready to be found in what the encoder heard.

In: layers of a window and, for spellings, the output of the model's `ctc` head. Out: hits of all keywords.

Letters: L layers, T frames, D width, C units, f spellings a frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from allears.decode.spelling import unfold
from allears.decode.spelling_heads import CTC, letters_head
from allears.keywords.background import BY_EXAMPLES, BY_SPELLING, Tail, usual_tail
from allears.keywords.examples import match
from allears.keywords.hits import KeywordHit, Scores, peaks, strongest
from allears.keywords.keyword import Keyword
from allears.keywords.spelling import log_ratios, spot, units_of
from allears.keywords.store import KeywordStore
from allears.spec import ModelSpec

__all__ = ["Keywords", "example_layer", "mean_length"]

_FROM_TOP = 2  # the layer below the last: see docs/tasks/keyword.md


def example_layer(layers: np.ndarray) -> np.ndarray:
    """The frames (T', D) that examples are compared by, of layers (L, 1, T', D)."""
    return np.asarray(layers[max(0, len(layers) - _FROM_TOP), 0])


def mean_length(keyword: Keyword) -> int:
    """Frames that its examples last, on average."""
    return round(sum(map(len, keyword.templates)) / max(1, len(keyword.templates)))


class Keywords:
    """Keywords that belong to one model. Safe to share among threads: `find` keeps nothing.

    Args:
        keywords: what to listen for.
        model: that hears.

    Attributes:
        head: the head that keywords are spelt with, if `find` must be given its output; else None.

    Raises:
        ValueError: a keyword that can only be found by its spelling, and a model without a `ctc` head; a spelling the
            head has no units for.
    """

    def __init__(self, keywords: Sequence[Keyword], model: ModelSpec) -> None:
        self.keywords, self._model, self._name = tuple(keywords), model, f"{model.name} {model.version}"
        head = letters_head(model)
        self._names = model.task(head).classes if head else ()
        self._spelt: list[tuple[Keyword, tuple[int, ...]]] = []
        for keyword in self.keywords:
            if head is None and not keyword.templates:
                raise ValueError(
                    f"the keyword {keyword.name!r} has a spelling alone, and the model {model.name!r} has no task "
                    f"{CTC!r} to find it by: add it again with three recordings, or use a model that has it"
                )
            if head is not None:
                self._spelt += [(keyword, units_of(spelling, self._names)) for spelling in keyword.spellings]
        self.head = head if self._spelt else None

    @classmethod
    def load(cls, model: ModelSpec, folder: str | Path | None = None) -> Keywords:
        """Those of a folder, the user's own if none is given."""
        return cls(KeywordStore(folder).load(f"{model.name} {model.version}"), model)

    @property
    def frame_heads(self) -> tuple[str, ...]:
        """Heads whose output `find` must be given."""
        return () if self.head is None else (self.head,)

    @property
    def networks(self) -> tuple[str, ...]:
        """Tasks whose networks finding them takes, beside the encoder."""
        return self.frame_heads

    def __len__(self) -> int:
        return len(self.keywords)

    def find(
        self,
        layers: np.ndarray,
        ctc: np.ndarray | None = None,
        *,
        num_frames: int | None = None,
        start_s: float = 0.0,
        false_accepts_per_hour: float | None = None,
    ) -> tuple[KeywordHit, ...]:
        """The hits in one window, in order of time.

        Args:
            layers: (L, 1, T', D) of the encoder, its silent tail included.
            ctc: (T', f * C) of the head named `head`; not needed if that is None.
            num_frames: T, frames of the window without the tail; all of them if None.
            start_s: when the window begins.
            false_accepts_per_hour: in place of each keyword's own.

        Raises:
            ValueError: no `ctc` where it is needed, or examples of a model of another width.
        """
        hits: list[KeywordHit] = []
        for keyword, by, length, scores, frame_s in self.scores(layers, ctc, num_frames=num_frames):
            tail = self.tail(keyword, by, length)
            rate = keyword.false_accepts_per_hour if false_accepts_per_hour is None else false_accepts_per_hour
            for first, last, score in peaks(scores, tail.threshold(rate)):
                begin_s, end_s = start_s + first * frame_s, start_s + (last + 1) * frame_s
                hits.append(KeywordHit(keyword.name, round(begin_s, 3), round(end_s, 3), score, tail.rate(score), by))
        return strongest(hits)

    def scores(
        self, layers: np.ndarray, ctc: np.ndarray | None = None, *, num_frames: int | None = None
    ) -> Iterator[tuple[Keyword, str, int, Scores, float]]:
        """(keyword, way of hearing, length, scores, seconds a frame) of every way each keyword can be heard."""
        if self.head is not None and ctc is None:
            raise ValueError(
                f"these keywords are found by their spelling: give the output of the head {self.head!r} as `ctc`"
            )
        frames = example_layer(layers)[:num_frames]
        for keyword in self.keywords:
            if keyword.templates:
                yield (
                    keyword,
                    BY_EXAMPLES,
                    mean_length(keyword),
                    match(keyword.templates, frames),
                    self._model.frame_shift_s,
                )
        if ctc is not None and self.head is not None:
            task = self._model.task(self.head)
            heard = ctc if num_frames is None else ctc[: task.num_outputs(num_frames)]
            spelt = unfold(heard, len(self._names))
            frame_s = self._model.shift_s(task) * len(heard) / max(1, len(spelt))
            found = spot(log_ratios(spelt), [units for _, units in self._spelt], self._names)
            for (keyword, units), scores in zip(self._spelt, found, strict=True):
                yield keyword, BY_SPELLING, len(units), scores, frame_s

    def thresholds(self, keyword: Keyword) -> dict[str, float]:
        """Way of hearing -> the score from which on the keyword counts as said.

        Raises:
            ValueError: none is known.
        """
        lengths = {BY_EXAMPLES: mean_length(keyword)} if keyword.templates else {}
        spelt = [len(units) for one, units in self._spelt if one is keyword]
        lengths |= {BY_SPELLING: max(spelt)} if spelt else {}
        return {
            by: self.tail(keyword, by, length).threshold(keyword.false_accepts_per_hour)
            for by, length in lengths.items()
        }

    def tail(self, keyword: Keyword, by: str, length: int) -> Tail:
        """What ordinary sound scores: by the keyword's own background, or the usual one of its length.

        Raises:
            ValueError: neither was measured.
        """
        tail = keyword.tails.get(by) or usual_tail(by, length, self._name)
        if tail is None:
            raise ValueError(
                f"no threshold is known for {keyword.name!r} by its {by}: add it again with --background FOLDER, a "
                "folder of an hour or more of sound without the keyword"
            )
        return tail
