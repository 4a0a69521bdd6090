"""Speech Commands, version 2 (and 1): single words said by many people.

In: speech_commands_v0.02. Own reader: lhotse's wants the archive of the test set beside it, and names no keyword.
The long files of _background_noise_ are train, with `noise` for a label. Who says a word is known by a hash only.
Warden 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._folders import audio_files, find_root

__all__ = ["speech_commands"]

_NOISE = "_background_noise_"
_LISTS = {"validation_list.txt": "dev", "testing_list.txt": "test"}


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, *_LISTS)
    splits = {
        line.strip(): split for name, split in _LISTS.items() for line in (root / name).read_text("utf-8").splitlines()
    }
    for path in audio_files(root, "*/*.wav"):
        word = path.parent.name
        name = f"{word}/{path.name}"
        if word == _NOISE:
            yield Clip(f"{_NOISE}-{path.stem}", path, split="train", labels={"noise": path.stem})
        elif "_nohash_" not in path.name:
            yield Skipped("a name that is not HASH_nohash_NUMBER", str(path))
        else:
            speaker = path.stem.partition("_nohash_")[0]
            labels = {"text": word, "language": "en", "speaker": speaker, "keyword": word}
            yield Clip(f"{word}-{path.stem}", path, split=splits.get(name, "train"), labels=labels)


@CORPORA.register
def speech_commands() -> Corpus:
    """Speech Commands: 35 words, English."""
    return Corpus(
        title="Speech Commands",
        licence="CC-BY-4.0",
        url="https://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
        layout="WORD/HASH_nohash_0.wav, _background_noise_/*.wav, validation_list.txt, testing_list.txt",
        labels=("text", "language", "speaker", "keyword", "noise"),
        split="official: validation_list.txt and testing_list.txt",
        read=_read,
    )
