"""Sentences with their meaning, from files: one JSON object a line, as `allears data prepare` writes them.

In: rows with `text` and any of `intent`, `slots` (a list of `{slot, start, end}`, offsets into the text) or `tokens`
with `tags` (BIO), `oos`. Out: `Example`s, a tag a word. A row that cannot be used is counted and told of.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears.understand.words import Word, split_words

__all__ = ["Example", "read_examples", "tags_of_slots"]

log = logging.getLogger(__name__)

OUTSIDE = "O"


@dataclass(frozen=True)
class Example:
    """A sentence.

    Attributes:
        id: for messages.
        words: of it.
        tags: one a word; None if its values are not marked.
        intent: what it wants; None if that is not known (out of scope, too).
        is_in_scope: false for a sentence that no intent fits; None if nobody says.
        fields: the other labels of the row, as they are.
    """

    id: str
    words: tuple[str, ...]
    tags: tuple[str, ...] | None
    intent: str | None
    is_in_scope: bool | None
    fields: Mapping[str, Any]


def read_examples(path: Path, split: str | None = None) -> list[Example]:
    """The sentences of a file; of one split, if the rows have that field and it is given.

    Raises:
        ValueError: the file is missing, is not JSON lines, or holds nothing usable.
    """
    if not path.is_file():
        raise ValueError(f"no sentences at {path}: give a file that `allears data prepare` wrote, or one laid out so")
    found, skipped = list[Example](), Counter[str]()
    for number, row in _rows(path):
        if split is not None and row.get("split", split) != split:
            continue
        try:
            found.append(_example(row, f"{path.name}:{number}"))
        except ValueError as error:
            skipped[str(error)] += 1
    for why, count in skipped.items():
        log.warning("%s: left out %d sentences: %s", path, count, why)
    if not found:
        raise ValueError(f"{path} holds no usable sentence of the split {split!r}: each line needs `text` at least")
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield number, dict(json.loads(line))
            except (TypeError, ValueError) as error:
                raise ValueError(f"{path}:{number} is no JSON object: one a line is needed") from error


def _example(row: Mapping[str, Any], place: str) -> Example:
    if not str(row.get("text", "")).split():
        raise ValueError("no text")
    is_out = bool(row.get("oos"))
    words = split_words(str(row["text"]))
    tags: tuple[str, ...] | None = None
    if "tags" in row:
        words = [word for token in row["tokens"] for word in split_words(str(token))]
        tags = tuple(map(str, row["tags"]))
        if len(words) != len(tags):
            raise ValueError("another number of tags than words")
    elif "slots" in row:
        tags = tags_of_slots(words, row["slots"])
    known = {"id", "text", "tokens", "tags", "slots", "intent", "oos"}
    return Example(
        id=str(row.get("id", place)),
        words=tuple(word.text for word in words),
        tags=tags,
        intent=None if is_out or "intent" not in row else str(row["intent"]),
        is_in_scope=False if is_out else True if "intent" in row else None,
        fields={key: value for key, value in row.items() if key not in known},
    )


def tags_of_slots(words: Sequence[Word], slots: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Character spans -> BIO tags. A word belongs to a value if they overlap; the value that begins first has it."""
    tags = [OUTSIDE] * len(words)
    for slot in sorted(slots, key=lambda slot: int(slot["start"])):
        is_open = False
        for index, word in enumerate(words):
            if word.start < int(slot["end"]) and int(slot["start"]) < word.end and tags[index] == OUTSIDE:
                tags[index] = f"{'I' if is_open else 'B'}-{slot['slot']}"
                is_open = True
    return tuple(tags)
