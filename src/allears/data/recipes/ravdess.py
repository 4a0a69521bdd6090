"""RAVDESS: 24 actors say two sentences, and sing them, in eight emotions.

Everything is in the file's name: MODALITY-CHANNEL-EMOTION-INTENSITY-STATEMENT-REPETITION-ACTOR.wav. Odd actors are men.
Livingstone and Russo 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, wrong_folder

__all__ = ["ravdess"]

_CHANNELS = {"01": "speech", "02": "song"}
_EMOTIONS = dict(
    zip(
        ("01", "02", "03", "04", "05", "06", "07", "08"),
        ("neutral", "calm", "happiness", "sadness", "anger", "fear", "disgust", "surprise"),
        strict=True,
    )
)
_INTENSITIES = {"01": "normal", "02": "strong"}
_STATEMENTS = {"01": "Kids are talking by the door.", "02": "Dogs are sitting by the door."}
_DEV, _TEST = range(19, 22), range(22, 25)  # actors; three of each sort, men and women in both


def _read(folder: Path) -> Iterator[Item]:
    files = list(audio_files(folder, "**/Actor_*/*.wav")) if folder.is_dir() else []
    if not files:
        raise (
            wrong_folder(folder, ("Actor_01/03-01-01-01-01-01-01.wav",))
            if folder.is_dir()
            else ValueError(f"no folder {folder}: give the folder into which the corpus was unpacked")
        )
    for path in files:
        parts = path.stem.split("-")
        if len(parts) != 7 or parts[1] not in _CHANNELS or parts[2] not in _EMOTIONS or parts[4] not in _STATEMENTS:
            yield Skipped("a name that is not seven known numbers", str(path))
            continue
        yield _clip(path, parts)


def _clip(path: Path, parts: list[str]) -> Clip:
    _, channel, emotion, intensity, statement, _, actor = parts
    number = int(actor)
    labels = known(
        text=_STATEMENTS[statement],
        language="en",
        speaker=actor,
        gender="male" if number % 2 else "female",
        emotion=_EMOTIONS[emotion],
        intensity=_INTENSITIES.get(intensity),
        channel=_CHANNELS[channel],
    )
    split = "test" if number in _TEST else "dev" if number in _DEV else "train"
    return Clip(path.stem, path, split=split, labels=labels)


@CORPORA.register
def ravdess() -> Corpus:
    """RAVDESS: acted emotions, spoken and sung, English."""
    return Corpus(
        title="RAVDESS",
        licence="CC-BY-NC-SA-4.0",
        url="https://zenodo.org/record/1188976",
        layout="Actor_01/03-01-01-01-01-01-01.wav, ...; speech and song archives may lie side by side",
        labels=("text", "language", "speaker", "gender", "emotion", "intensity", "channel"),
        split="ours: by actor, 19 to 21 dev, 22 to 24 test",
        read=_read,
    )
