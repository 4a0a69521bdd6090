"""IEMOCAP: ten actors in pairs, improvised and from scripts, with emotions that listeners agreed on.

EmoEvaluation/*.txt holds `[start - end] TURN emotion [valence, activation, dominance]`; where listeners did not agree
(`xxx`) there is no emotion. `exc` is kept apart from happiness; many papers join the two. Busso et al. 2008.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import find_root

__all__ = ["iemocap"]

_TURN = re.compile(r"\[[\d.]+ - [\d.]+\]\s+(\S+)\s+(\w+)\s+\[([\d.]+), ([\d.]+), ([\d.]+)\]")
_TEXT = re.compile(r"(\S+) \[[\d.]+-[\d.]+\]:\s*(.*)")
_EMOTIONS = {
    "neu": "neutral", "hap": "happiness", "exc": "excitement", "sad": "sadness", "ang": "anger", "fru": "frustration",
    "fea": "fear", "sur": "surprise", "dis": "disgust", "oth": "other",
}  # fmt: skip
_GENDERS = {"F": "female", "M": "male"}
_SPLITS = {"Session4": "dev", "Session5": "test"}


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "Session*/dialog/EmoEvaluation/*.txt", "Session*/sentences/wav")
    for session in sorted(root.glob("Session?")):
        for ratings in sorted(session.glob("dialog/EmoEvaluation/Ses*.txt")):
            yield from _dialogue(session, ratings)


def _dialogue(session: Path, ratings: Path) -> Iterator[Item]:
    texts = _texts(session / "dialog" / "transcriptions" / ratings.name)
    for match in _TURN.finditer(ratings.read_text(encoding="latin-1")):
        turn, emotion, *ratings_vad = match.groups()
        if turn[-4:-3] not in _GENDERS:
            yield Skipped("a turn whose name tells no speaker", f"{turn} of {ratings}")
            continue
        valence, activation, dominance = map(float, ratings_vad)
        labels = known(
            text=texts.get(turn),
            language="en",
            speaker=session.name.replace("Session", "Ses0") + turn[-4],
            gender=_GENDERS[turn[-4]],
            emotion=_EMOTIONS.get(emotion),
            valence=valence,
            activation=activation,
            dominance=dominance,
        )
        audio = session / "sentences" / "wav" / ratings.stem / f"{turn}.wav"
        yield Clip(turn, audio, split=_SPLITS.get(session.name, "train"), labels=labels)


def _texts(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    return dict(match.groups() for match in _TEXT.finditer(path.read_text(encoding="latin-1")))  # type: ignore[misc]


@CORPORA.register
def iemocap() -> Corpus:
    """IEMOCAP: emotional dialogues, English."""
    return Corpus(
        title="IEMOCAP",
        licence="IEMOCAP licence: research, on request",
        url="https://sail.usc.edu/iemocap/",
        layout="Session1/dialog/EmoEvaluation/*.txt, Session1/dialog/transcriptions/, Session1/sentences/wav/",
        labels=("text", "language", "speaker", "gender", "emotion", "valence", "activation", "dominance"),
        split="usual: session 4 dev, session 5 test",
        read=_read,
    )
