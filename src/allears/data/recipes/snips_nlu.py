"""The Snips benchmark of seven intents as Snips published it: JSON of pieces of text, some of them values. No audio.

In: `2017-06-custom-intent-engines`, a folder an intent with `train_INTENT_full.json` and `validate_INTENT.json`. The
training files are not all UTF-8: those that are not are Latin-1. `validate` is the test of the papers. `snips-text` is
the same benchmark, tokenised, in the layout of Goo et al. Coucke et al. 2018.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from allears.data.recipes import CORPORA, Corpus, Item, Sentence, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import find_root
from allears.data.recipes._slots import slots_of_parts
from allears.data.recipes._splits import hashed_split

__all__ = ["snips_nlu"]

_FILES = (("train_{}_full.json", "train"), ("validate_{}.json", "test"))
DEV_PERCENT = 5  # of the training sentences, as many as Goo et al. took


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "*/train_*_full.json")
    for intent in sorted(path.name for path in root.iterdir() if path.is_dir()):
        for pattern, split in _FILES:
            path = root / intent / pattern.format(intent)
            if not path.is_file():
                yield Skipped(f"a file of an intent: {pattern.format('INTENT')} is not there", str(path.parent))
                continue
            for number, row in enumerate(_load(path)[intent], start=1):
                text, slots = _plain([(part["text"], part.get("entity")) for part in row["data"]])
                own = hashed_split(text, dev=DEV_PERCENT, test=0) if split == "train" else split
                labels = known(language="en", intent=intent, slots=slots)
                yield Sentence(f"snips-{intent}-{split}-{number:05d}", text, own, labels)


def _load(path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    found: dict[str, Any] = json.loads(text)
    return found


def _plain(parts: Sequence[tuple[str, str | None]]) -> tuple[str, list[dict[str, Any]]]:
    """Text with one space between words, and the slots in it; offsets move with the spaces that go."""
    text, slots = slots_of_parts(parts)
    moved = []
    for slot in slots:
        value = " ".join(slot["value"].split())
        if value:
            start = len(" ".join(f"{text[: slot['start']]}{slot['value'].lstrip()[0]}".split())) - 1
            moved.append({"slot": slot["slot"], "value": value, "start": start, "end": start + len(value)})
    return " ".join(text.split()), moved


@CORPORA.register
def snips_nlu() -> Corpus:
    """Snips: seven intents as published, text only, English."""
    return Corpus(
        title="Snips",
        licence="CC0-1.0",
        url="https://github.com/sonos/nlu-benchmark",
        layout="2017-06-custom-intent-engines/INTENT/train_INTENT_full.json and validate_INTENT.json",
        labels=("text", "language", "intent", "slots"),
        split="test official, dev ours: 5 % of the training sentences by hash of the text",
        read=_read,
    )
