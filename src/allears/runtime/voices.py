"""Enrolled voices: whom a speaker embedding is near to, or that it is nobody's.

In: embeddings of a person's clips. Out: one small JSON a voice in one folder (`voice_file.py`), and the nearest voice
of an embedding: a match, a borderline that somebody may confirm, or unknown. A voice is biometric data: files are
readable by their owner alone, and never leave the folder. Embeddings of different networks cannot be compared, so a
voice enrolled with others is not used, with a warning; `origin.py` says which are the same, so that a new version of a
model with the same encoder and `speaker` head keeps the voices.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from allears.decode.answers import Embedding
from allears.runtime.origin import Origin, OriginOf
from allears.runtime.result import Nearest
from allears.runtime.voice_file import Voice, read_voice, voice_of, write_voice
from allears.spec import ModelSpec
from allears.user_data import file_name, one_at_a_time, user_folder

__all__ = ["SPEAKER", "Voice", "Voices", "voices_folder"]

log = logging.getLogger(__name__)

DEFAULT_THRESHOLD = 0.5  # cosine; used where the model's speaker task states none
SPEAKER = "speaker"
_SUFFIX = ".json"


def voices_folder() -> Path:
    """`$ALLEARS_VOICES`, or `voices` in the user's folder."""
    return user_folder("voices")


class Voices:
    """The voices of a folder that belong to one model. What changes one changes the folder and this value.

    Args:
        folder: that holds the voices.
        model: whose embeddings are compared.
        voices: those found there.
        origin: of the model's embeddings; without it, a voice is the model's if name and version are.

    Attributes:
        threshold: similarity from which on a voice is a match; the model's.
        low: similarity below which it is unknown; `benchmarks/voice_thresholds.py` found how far below the threshold.
        margin: by which the nearest voice of a match is nearer than the next.
    """

    def __init__(
        self, folder: Path, model: ModelSpec, voices: Sequence[Voice] = (), *, origin: OriginOf | None = None
    ) -> None:
        self.folder, self._model, self._origin = folder, f"{model.name} {model.version}", origin
        self._voices = {voice.name.casefold(): voice for voice in voices}
        has_speaker = any(task.name == SPEAKER for task in model.tasks)
        stated = model.task(SPEAKER).decode.get("threshold") if has_speaker else None
        self.threshold = float(DEFAULT_THRESHOLD if stated is None else stated)
        found = _open_set()
        self.low, self.margin = self.threshold - found["width"], found["margin"]

    @classmethod
    def load(cls, model: ModelSpec, folder: str | Path | None = None, *, origin: OriginOf | None = None) -> Voices:
        """The voices of a folder, the user's own if none is given; a folder that is not there has none.

        Raises:
            ModelError: the model's networks had to be looked at, and cannot be read.
        """
        path = voices_folder() if folder is None else Path(folder)
        found = [voice for file in sorted(path.glob(f"*{_SUFFIX}")) if (voice := read_voice(file)) is not None]
        title = f"{model.name} {model.version}"
        ours = [voice for voice in found if (_is_of(voice, origin) if origin else voice.model == title)]
        if len(ours) < len(found):
            others = sorted(f"{voice.name} ({voice.model})" for voice in found if voice not in ours)
            log.warning(
                "%d voices in %s were enrolled with another model and are not used: %s; enroll them again",
                len(others),
                path,
                ", ".join(others),
            )
        return cls(path, model, ours, origin=origin)

    def __len__(self) -> int:
        return len(self._voices)

    @property
    def voices(self) -> tuple[Voice, ...]:
        """All of them, in order of their names."""
        return tuple(sorted(self._voices.values(), key=lambda voice: voice.name))

    def voice(self, name: str) -> Voice:
        """The voice of a name, in any case.

        Raises:
            ValueError: there is none; the message names those there are.
        """
        found = self._voices.get(name.strip().casefold())
        if found is None:
            raise ValueError(self._nobody(name))
        return found

    def nearest(self, embedding: Embedding) -> Nearest | None:
        """The voice most like an embedding, and whether it is that voice; None if no voice is enrolled."""
        alike = sorted(((embedding.similarity(v.embedding), v.name, v.id) for v in self.voices), reverse=True)
        if not alike:
            return None
        similarity, name, voice_id = alike[0]
        is_ahead = len(alike) == 1 or similarity - alike[1][0] >= self.margin
        is_match = similarity >= self.threshold and is_ahead
        return Nearest(name, similarity, is_match, not is_match and similarity >= self.low, voice_id)

    def enroll(self, name: str, embeddings: Sequence[Embedding]) -> Voice:
        """Remember a voice by the embeddings of some clips; a voice of that name (in any case) is replaced, but for
        its id.

        Raises:
            ValueError: no name, or no clips.
            OSError: the folder cannot be written.
            ModelError: the model's networks cannot be read.
        """
        made = self._origin.origin if self._origin else Origin(self._model)
        voice = voice_of(name, embeddings, made)
        with one_at_a_time(self.folder):
            path = self._path(name)
            old = read_voice(path) if path.is_file() else None
            return self._keep(voice if old is None else replace(voice, id=old.id))

    def add(self, name: str, embeddings: Sequence[Embedding], weight: float = 1.0) -> Voice:
        """Add clips, each of which counts `weight`, to a voice.

        Raises:
            ValueError: there is no such voice of this model, or no clips.
            OSError: the folder cannot be written.
        """
        known = self.voice(name)
        if not embeddings:
            raise ValueError(f"no clips were given to add to {known.name!r}: give one or more")
        with one_at_a_time(self.folder):
            now = read_voice(self._path(known.name)) or known  # another process may have added to it
            return self._keep(now.with_clips(embeddings, weight))

    def rename(self, old: str, new: str) -> Voice:
        """Give a voice, of whichever model, another name; its id stays.

        Raises:
            ValueError: there is no voice `old`; there is another one `new`; no name.
            OSError: the folder cannot be written.
        """
        if not new.strip():
            raise ValueError(f"{old!r} needs a new name: give one, such as 'Ann'")
        before, after = self._path(old), self._path(new)
        if not before.is_file():
            raise ValueError(self._nobody(old))
        with one_at_a_time(self.folder):
            if after != before and after.exists():
                raise ValueError(f"there is a voice {new!r} already in {self.folder}: take another name, or forget it")
            voice = read_voice(before)
            if voice is None:
                raise ValueError(f"{before} is not a voice: delete it, or enroll {old!r} again")
            renamed = replace(voice, name=new.strip())
            write_voice(renamed, after)
            if after != before:
                before.unlink()
        if self._voices.pop(old.strip().casefold(), None) is not None:
            self._voices[renamed.name.casefold()] = renamed
        return renamed

    def forget(self, name: str) -> str:
        """Delete a voice, of whichever model. Returns its id; empty if the file was none.

        Raises:
            ValueError: there is no such voice; the message names those there are.
        """
        path = self._path(name)
        if not path.is_file():
            raise ValueError(self._nobody(name))
        voice = read_voice(path)
        path.unlink()
        self._voices.pop(name.strip().casefold(), None)
        return voice.id if voice else ""

    def _keep(self, voice: Voice) -> Voice:
        write_voice(voice, self._path(voice.name))
        self._voices[voice.name.casefold()] = voice
        return voice

    def _path(self, name: str) -> Path:
        return self.folder / file_name(name, _SUFFIX)

    def _nobody(self, name: str) -> str:
        have = ", ".join(voice.name for voice in self.voices) or "none"
        return f"no voice {name!r} is enrolled in {self.folder}: there are {have}"


@cache
def _open_set() -> dict[str, float]:
    """`margin` and `width`, cosines."""
    text = (Path(__file__).parent / "open_set.json").read_text(encoding="utf-8")
    return {name: float(value) for name, value in json.loads(text).items()}


def _is_of(voice: Voice, origin: OriginOf) -> bool:
    return origin.is_same(Origin(voice.model, voice.files, voice.graphs))
