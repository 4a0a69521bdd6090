"""SLURP: what people ask a home assistant, recorded near and far, with intents and slots.

In: the repository, with the audio unpacked into its `audio/`. Synthetic clips (slurp_synth) are train and have no
speaker. Slots are read from `sentence_annotation`; where that does not spell the sentence, they are left out.
Bastianelli et al. 2020.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import find_root
from allears.data.recipes._slots import slots_of_brackets

__all__ = ["slurp"]

_TABLES = (
    ("train", "train", "slurp_real"), ("train_synthetic", "train", "slurp_synth"),
    ("devel", "dev", "slurp_real"), ("test", "test", "slurp_real"),
)  # fmt: skip


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "dataset/slurp/train.jsonl", "audio/slurp_*")
    speakers = _speakers(root / "dataset" / "slurp" / "metadata.json")
    for name, split, audio in _TABLES:
        table = root / "dataset" / "slurp" / f"{name}.jsonl"
        if not table.is_file() or not (root / "audio" / audio).is_dir():
            yield Skipped(f"a part of the corpus: {name}.jsonl or audio/{audio} is not there", str(table))
            continue
        with open(table, encoding="utf-8") as file:
            for line in file:
                yield from _clips(json.loads(line), root / "audio" / audio, split, speakers)


def _clips(row: dict[str, Any], folder: Path, split: str, speakers: dict[str, str]) -> Iterator[Item]:
    text, slots = slots_of_brackets(row["sentence_annotation"])
    for recording in row["recordings"]:
        labels = known(
            text=row["sentence"],
            language="en",
            speaker=speakers.get(recording["file"]),
            intent=row["intent"],
            scenario=row["scenario"],
            action=row["action"],
            slots=slots if text == row["sentence"] else None,
        )
        path = folder / recording["file"]
        yield Clip(path.stem, path, split=split, labels=labels)


def _speakers(path: Path) -> dict[str, str]:
    """File -> speaker, from `{number: {recordings: {file: {usrid: ...}}}}`."""
    if not path.is_file():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8")).values()
    return {name: facts["usrid"] for row in rows for name, facts in row["recordings"].items() if "usrid" in facts}


@CORPORA.register
def slurp() -> Corpus:
    """SLURP: intents and slots from speech, English."""
    return Corpus(
        title="SLURP",
        licence="text CC-BY-4.0, audio CC-BY-NC-4.0",
        url="https://github.com/pswietojanski/slurp",
        layout="dataset/slurp/train.jsonl, devel.jsonl, test.jsonl, metadata.json; audio/slurp_real/*.flac",
        labels=("text", "language", "speaker", "intent", "scenario", "action", "slots"),
        split="official",
        read=_read,
    )
