"""Snips' spoken smart lights and smart speaker: crowd-sourced orders with intents and slots, close and far field.

In: one of its folders, as smart-lights-en-close-field. This is the set with audio; the text benchmark of seven intents
is `snips-text`. Texts of the audio meet those of dataset.json (training_dataset.json, test_dataset.json) to the letter;
a clip whose text is not there has no intent. Saade et al. 2018.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item
from allears.data.recipes._base import known
from allears.data.recipes._folders import find_root
from allears.data.recipes._slots import slots_of_parts
from allears.data.recipes._splits import hashed_split

__all__ = ["snips_slu"]


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "*dataset.json", "speech_corpus/metadata.json")
    meanings: dict[str, dict[str, Any]] = {}
    for path in sorted(root.glob("*dataset.json")):
        meanings |= _meanings(json.loads(path.read_text(encoding="utf-8")))
    rows = json.loads((root / "speech_corpus" / "metadata.json").read_text(encoding="utf-8"))
    for row in sorted(rows.values(), key=lambda row: str(row["filename"])):
        text, worker = " ".join(row["text"].split()), row.get("worker") or {}
        labels = known(
            text=text,
            language="en",
            speaker=worker.get("id"),
            gender=str(worker.get("gender") or "").lower(),
            age=worker.get("age"),
        )
        path = root / "speech_corpus" / "audio" / row["filename"]
        clip_id = f"{root.name}-{path.stem}"
        split = hashed_split(str(worker.get("id", clip_id)))
        yield Clip(clip_id, path, split=split, labels=labels | meanings.get(text, {}))


def _meanings(dataset: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Text -> intent and slots, from `{intents: {NAME: {utterances: [{data: [{text, slot_name}]}]}}}`."""
    found = {}
    for intent, body in dataset["intents"].items():
        for utterance in body["utterances"]:
            text, slots = slots_of_parts([(part["text"], part.get("slot_name")) for part in utterance["data"]])
            fits = text == " ".join(text.split())  # offsets are those of the text as we write it
            found[" ".join(text.split())] = known(intent=intent, slots=slots if fits else None)
    return found


@CORPORA.register
def snips_slu() -> Corpus:
    """Snips SLU: smart lights and smart speaker with audio, English."""
    return Corpus(
        title="Snips SLU",
        licence="Snips data licence: research, no commercial use, on request",
        url="https://github.com/sonos/spoken-language-understanding-research-datasets",
        layout="smart-lights-en-close-field/dataset.json, speech_corpus/metadata.json, speech_corpus/audio/*.wav",
        labels=("text", "language", "speaker", "gender", "age", "intent", "slots"),
        split="ours: by speaker (its authors cross-validate)",
        read=_read,
    )
