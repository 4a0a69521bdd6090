"""What every corpus recipe is: facts for people, and a function that reads the corpus's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip

__all__ = ["Corpus", "Item", "Sentence", "Skipped", "known"]


@dataclass(frozen=True)
class Sentence:
    """A sentence that nobody speaks: understanding is learned from text, too.

    Attributes:
        id: unique within the corpus.
        text: the words.
        split: `train`, `dev` or `test`; None if the corpus does not say.
        labels: field name -> value; `slots` is a list of `{slot, value, start, end}`, character offsets into the text.
    """

    id: str
    text: str
    split: str | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """What a recipe could not use. `why` is one of few texts, so that it can be counted; `where` is the place."""

    why: str
    where: str


Item = Clip | Sentence | Skipped


@dataclass(frozen=True)
class Corpus:
    """One corpus.

    Attributes:
        title: as its authors call it; the `source` of its clips.
        licence: of its clips, unless a clip has its own. Read the corpus's own terms before you pass anything on.
        url: where it is to be had.
        layout: what the folder holds, one line.
        labels: fields that its clips may carry.
        split: where the splits are from.
        read: folder -> items, in an order that depends on names only. It raises ValueError if the folder is another.
    """

    title: str
    licence: str
    url: str
    layout: str
    labels: tuple[str, ...]
    split: str
    read: Callable[[Path], Iterator[Item]]


def known(**labels: Any) -> dict[str, Any]:
    """Only the labels that have a value: absence is no key."""
    return {name: value for name, value in labels.items() if value is not None and value not in ("", [], {})}
