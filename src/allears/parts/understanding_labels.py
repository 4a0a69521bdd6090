"""Commands as targets for two branches: what was heard of them, and what stands written.

In: manifest fields `text` (said in the clip) or `sentence` (written, not said), `intent`, `slots`. Out: a target with
what there is of each: the text as word pieces, a tag a word, the intent, and for a clip the tagged spelling. Every part
may be missing: an intent without a text, a text without its values.

Letters: P clips and sentences, N pieces, R rows of them that have something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from allears.data.slot_values import places_of
from allears.parts.slot_labels import tag_text
from allears.parts.spelling import SpellingTarget, TextLabel, Units
from allears.tasks.base import LabelContext
from allears.understand.learn.sentences import tags_of_slots
from allears.understand.pieces import Pieces, WordPieces
from allears.understand.words import split_words

__all__ = ["NOT_FIRST", "UnderstandingLabel", "UnderstandingTarget", "tag_names"]

NOT_FIRST = -100  # a piece that no tag is asked of: cross_entropy's ignore_index
_WRITTEN = "sentence"


@dataclass(frozen=True)
class UnderstandingTarget:
    """Targets of P rows.

    Attributes:
        spoken: (R,) rows that are clips.
        intent_rows, intents: (R,) rows with an intent, and which.
        read_rows: (R,) rows whose words are known.
        pieces, num_pieces: (R, N) and (R,) those words.
        tag_rows, tags: (R,) numbers within `read_rows`, and (R, N) a tag for each word's first piece.
        spelt_rows, spelling: (R,) clips whose tagged spelling is known, and that; None if there are none.
    """

    spoken: Tensor
    intent_rows: Tensor
    intents: Tensor
    read_rows: Tensor
    pieces: Tensor
    num_pieces: Tensor
    tag_rows: Tensor
    tags: Tensor
    spelt_rows: Tensor
    spelling: SpellingTarget | None


@dataclass(frozen=True)
class _One:
    """Of one row; None for what is not known."""

    is_spoken: bool
    intent: int | None
    pieces: Pieces | None
    tags: list[int] | None
    spelt: Any | None


def tag_names(slots: Sequence[str]) -> tuple[str, ...]:
    """`O`, then `B-` and `I-` of each slot in turn."""
    return ("O", *(f"{kind}-{slot}" for slot in slots for kind in "BI"))


class UnderstandingLabel:
    """See the module.

    Args:
        intents: classes.
        slots: names.
        units: of the tagged spelling, tags included.
        pieces: of the words.
        max_pieces: longest text; words past it are not read.
    """

    def __init__(
        self, intents: Sequence[str], slots: Sequence[str], units: Units, pieces: WordPieces, *, max_pieces: int
    ) -> None:
        self._intent = {name: number for number, name in enumerate(intents)}
        self._tag = {name: number for number, name in enumerate(tag_names(slots))}
        self._pieces, self._max_pieces = pieces, max_pieces
        self.spelling = TextLabel(_tagged, units)

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> _One | None:
        is_spoken = _WRITTEN not in fields
        text = fields.get("text" if is_spoken else _WRITTEN)
        intent = self._intent.get(str(fields["intent"])) if "intent" in fields else None
        if text is None and intent is None:
            return None
        pieces, tags = (None, None) if text is None else self._read(str(text), fields.get("slots"))
        if pieces is None and intent is None:
            return None
        return _One(is_spoken, intent, pieces, tags, self.spelling.encode(fields, context) if is_spoken else None)

    def collate(self, values: Sequence[_One], max_frames: int) -> UnderstandingTarget:
        read = [(row, v.pieces, v.tags) for row, v in enumerate(values) if v.pieces is not None]
        tagged = [(i, pieces, tags) for i, (_, pieces, tags) in enumerate(read) if tags is not None]
        longest = max((len(pieces.numbers) for _, pieces, _ in read), default=1)
        numbers, targets = (
            torch.zeros(len(read), longest, dtype=torch.int64),
            torch.full((len(tagged), longest), NOT_FIRST),
        )
        for line, (_, pieces, _) in zip(numbers, read, strict=True):
            line[: len(pieces.numbers)] = torch.tensor(pieces.numbers)
        for line, (_, pieces, tags) in zip(targets, tagged, strict=True):
            line[list(pieces.first)] = torch.tensor(tags)
        spelt = [(row, v.spelt) for row, v in enumerate(values) if v.spelt is not None]
        return UnderstandingTarget(
            spoken=_rows(row for row, v in enumerate(values) if v.is_spoken),
            intent_rows=_rows(row for row, v in enumerate(values) if v.intent is not None),
            intents=_rows(v.intent for v in values if v.intent is not None),
            read_rows=_rows(row for row, _, _ in read),
            pieces=numbers,
            num_pieces=_rows(len(pieces.numbers) for _, pieces, _ in read),
            tag_rows=_rows(i for i, _, _ in tagged),
            tags=targets,
            spelt_rows=_rows(row for row, _ in spelt),
            spelling=self.spelling.collate([one for _, one in spelt], max_frames) if spelt else None,
        )

    def _read(self, text: str, slots: Any) -> tuple[Pieces | None, list[int] | None]:
        """Word pieces of a text and its words' tags."""
        words = split_words(text)
        if not words:
            return None, None
        pieces = self._pieces.split([word.text for word in words]).cut(self._max_pieces)
        if slots is None:
            return pieces, None
        names = tags_of_slots(words, _placed(text, slots))
        if any(name not in self._tag for name in names):
            return pieces, None
        return pieces, [self._tag[name] for name in names][: len(pieces.first)]


def _placed(text: str, slots: Any) -> list[Mapping[str, Any]]:
    """Slots with their places in the text; a value without a place is looked for, and left out if it is not there."""
    return [{"slot": name, "start": first, "end": stop} for name, first, stop in places_of(text, slots) if first >= 0]


def _tagged(fields: Mapping[str, Any]) -> str | None:
    return tag_text(str(fields["text"]), fields["slots"]) if {"text", "slots"} <= fields.keys() else None


def _rows(numbers: Any) -> Tensor:
    return torch.tensor(list(numbers), dtype=torch.int64)
