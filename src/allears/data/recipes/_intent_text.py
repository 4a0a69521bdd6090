"""Text benchmarks in the layout of Goo et al. 2018: a folder a split with seq.in, seq.out and label, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allears.data.recipes._base import Item, Sentence, Skipped, known
from allears.data.recipes._folders import find_root
from allears.data.recipes._slots import slots_of_tags
from allears.data.recipes._splits import SPLITS

__all__ = ["LAYOUT", "read_intent_text"]

LAYOUT = "train/, dev/ or valid/, and test/, each with seq.in, seq.out (BIO tags) and label"
_FILES = ("seq.in", "seq.out", "label")


def read_intent_text(folder: Path, name: str) -> Iterator[Item]:
    """The sentences of all splits.

    Raises:
        ValueError: another layout, or files of a split that do not have as many lines as each other.
    """
    root = find_root(folder, *(f"train/{file}" for file in _FILES))
    for part, split in SPLITS.items():
        if not (root / part / _FILES[0]).is_file():
            continue
        columns = [(root / part / file).read_text(encoding="utf-8").splitlines() for file in _FILES]
        if len({len(column) for column in columns}) > 1:
            told = ", ".join(f"{file} {len(lines)}" for file, lines in zip(_FILES, columns, strict=True))
            raise ValueError(f"{root / part}: lines are matched one to one, but there are {told}: is the copy whole?")
        for number, (text, tags, intent) in enumerate(zip(*columns, strict=True), start=1):
            tokens = text.split()
            try:
                slots = slots_of_tags(tokens, tags.split())
            except ValueError as error:
                yield Skipped("a sentence with another number of tags", f"{root / part}:{number}: {error}")
                continue
            labels = known(language="en", intent=intent.strip(), slots=slots)
            yield Sentence(f"{name}-{split}-{number:05d}", " ".join(tokens), split, labels)
