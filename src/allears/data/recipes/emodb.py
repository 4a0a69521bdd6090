"""EmoDB, the Berlin database: ten actors say ten German sentences in seven emotions.

Everything is in the file's name, as in 03a01Fa.wav: speaker 03, sentence a01, emotion F (Freude), version a. Letters
are those of the German words. Burkhardt et al. 2005.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._folders import audio_files, find_root

__all__ = ["emodb"]

_NAME = re.compile(r"(\d\d)([ab]\d\d)([WLEAFTN])[a-z]$")
_EMOTIONS = {
    "W": "anger", "L": "boredom", "E": "disgust", "A": "fear", "F": "happiness", "T": "sadness", "N": "neutral",
}  # fmt: skip
_PEOPLE = {
    "03": ("male", 31), "08": ("female", 34), "09": ("female", 21), "10": ("male", 32), "11": ("male", 26),
    "12": ("male", 30), "13": ("female", 32), "14": ("female", 35), "15": ("male", 25), "16": ("female", 31),
}  # fmt: skip
_SPLITS = {"10": "dev", "11": "test", "14": "test"}  # the others are train
_SENTENCES = {
    "a01": "Der Lappen liegt auf dem Eisschrank.",
    "a02": "Das will sie am Mittwoch abgeben.",
    "a04": "Heute abend könnte ich es ihm sagen.",
    "a05": "Das schwarze Stück Papier befindet sich da oben neben dem Holzstück.",
    "a07": "In sieben Stunden wird es soweit sein.",
    "b01": "Was sind denn das für Tüten, die da unter dem Tisch stehen?",
    "b02": "Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.",
    "b03": "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.",
    "b09": "Ich will das eben wegbringen und dann mit Karl was trinken gehen.",
    "b10": "Die wird auf dem Platz sein, wo wir sie immer hinlegen.",
}


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "wav/*.wav")
    for path in audio_files(root, "wav/*.wav"):
        match = _NAME.match(path.stem)
        if match is None or match[1] not in _PEOPLE or match[2] not in _SENTENCES:
            yield Skipped("a name that is not SPEAKER SENTENCE EMOTION VERSION", str(path))
            continue
        speaker, sentence, emotion = match.groups()
        gender, age = _PEOPLE[speaker]
        labels = {
            "text": _SENTENCES[sentence],
            "language": "de",
            "speaker": speaker,
            "gender": gender,
            "age": age,
            "emotion": _EMOTIONS[emotion],
            "sentence_id": sentence,
        }
        yield Clip(path.stem, path, split=_SPLITS.get(speaker, "train"), labels=labels)


@CORPORA.register
def emodb() -> Corpus:
    """EmoDB: acted emotions, German."""
    return Corpus(
        title="EmoDB",
        licence="CC0-1.0 as published in audformat; the first site names none",
        url="http://emodb.bilderbar.info/",
        layout="wav/03a01Fa.wav",
        labels=("text", "language", "speaker", "gender", "age", "emotion", "sentence_id"),
        split="ours: by speaker, 10 dev, 11 and 14 test",
        read=_read,
    )
