"""Enrolled voices: whom a speaker embedding is near to.

In: embeddings of a person's clips. Out: one small JSON a voice in one folder, and the nearest voice of an embedding.
A voice is biometric data: files are readable by their owner alone, and never leave the folder. Embeddings of different
networks cannot be compared, so a voice enrolled with others is not used, with a warning; `origin.py` says which are the
same, so that a new version of a model with the same encoder and `speaker` head keeps the voices.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from allears.decode.answers import Embedding
from allears.runtime.origin import Origin, OriginOf
from allears.runtime.result import Nearest
from allears.spec import ModelSpec
from allears.user_data import file_name, private_file, user_folder

__all__ = ["Voice", "Voices", "voices_folder"]

log = logging.getLogger(__name__)

DEFAULT_THRESHOLD = 0.5  # cosine; used where the model's speaker task states none
SPEAKER = "speaker"
_SUFFIX = ".json"


def voices_folder() -> Path:
    """`$ALLEARS_VOICES`, or `allears/voices` where programs keep data of the user."""
    return user_folder("voices")


@dataclass(frozen=True)
class Voice:
    """An enrolled voice.

    Attributes:
        name: as it was given.
        vector: mean direction of the person's embeddings, length 1.
        num_clips: how many there were.
        model: name and version of the model that made them.
        files, graphs: digests of its networks; see `origin.py`. Empty in what was enrolled before there were any.
    """

    name: str
    vector: tuple[float, ...]
    num_clips: int
    model: str
    files: str = ""
    graphs: str = ""


class Voices:
    """The voices of a folder that belong to one model. `enroll` and `forget` change the folder and this value.

    Args:
        folder: that holds the voices.
        model: whose embeddings are compared.
        voices: those found there.
        origin: of the model's embeddings; without it, a voice is the model's if name and version are.
    """

    def __init__(
        self, folder: Path, model: ModelSpec, voices: Sequence[Voice] = (), *, origin: OriginOf | None = None
    ) -> None:
        self.folder, self._model, self._origin = folder, f"{model.name} {model.version}", origin
        self._voices = {voice.name.casefold(): voice for voice in voices}
        has_speaker = any(task.name == SPEAKER for task in model.tasks)
        stated = model.task(SPEAKER).decode.get("threshold") if has_speaker else None
        self.threshold = float(DEFAULT_THRESHOLD if stated is None else stated)

    @classmethod
    def load(cls, model: ModelSpec, folder: str | Path | None = None, *, origin: OriginOf | None = None) -> Voices:
        """The voices of a folder, the user's own if none is given; a folder that is not there has none.

        Raises:
            ModelError: the model's networks had to be looked at, and cannot be read.
        """
        path = voices_folder() if folder is None else Path(folder)
        found = [voice for file in sorted(path.glob(f"*{_SUFFIX}")) if (voice := _read(file)) is not None]
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

    def nearest(self, embedding: Embedding) -> Nearest | None:
        """The voice most like an embedding; None if no voice is enrolled."""
        alike = [(embedding.similarity(Embedding(np.array(v.vector, np.float32))), v.name) for v in self.voices]
        if not alike:
            return None
        similarity, name = max(alike)
        return Nearest(name, similarity, similarity >= self.threshold)

    def enroll(self, name: str, embeddings: Sequence[Embedding]) -> Voice:
        """Remember a voice by the embeddings of some clips; a voice of that name (in any case) is replaced.

        Raises:
            ValueError: no name, or no clips.
            OSError: the folder cannot be written.
            ModelError: the model's networks cannot be read.
        """
        if not name.strip():
            raise ValueError("a voice needs a name: give one, such as 'Ann'")
        if not embeddings:
            raise ValueError(f"no clips were given to enroll {name!r}: give one or more, 5 s of speech or longer")
        mean = np.mean([e.vector for e in embeddings], axis=0)
        vector = mean / max(float(np.linalg.norm(mean)), 1e-12)
        made = self._origin.origin if self._origin else Origin(self._model)
        numbers = tuple(round(float(x), 6) for x in vector)
        voice = Voice(name.strip(), numbers, len(embeddings), made.model, made.files, made.graphs)
        with private_file(self.folder / file_name(voice.name, _SUFFIX)) as file:
            file.write(json.dumps(asdict(voice), ensure_ascii=False).encode())
        self._voices[voice.name.casefold()] = voice
        return voice

    def forget(self, name: str) -> None:
        """Delete a voice, of whichever model.

        Raises:
            ValueError: there is no such voice; the message names those there are.
        """
        path = self.folder / file_name(name, _SUFFIX)
        if not path.is_file():
            have = ", ".join(voice.name for voice in self.voices) or "none"
            raise ValueError(f"no voice {name!r} is enrolled in {self.folder}: there are {have}")
        path.unlink()
        self._voices.pop(name.strip().casefold(), None)


def _is_of(voice: Voice, origin: OriginOf) -> bool:
    return origin.is_same(Origin(voice.model, voice.files, voice.graphs))


def _read(path: Path) -> Voice | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        vector = tuple(float(x) for x in data["vector"])
        digests = (str(data.get("files", "")), str(data.get("graphs", "")))
        return Voice(str(data["name"]), vector, int(data["num_clips"]), str(data["model"]), *digests)
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is not a voice and is not used (%r): delete it, or enroll the voice again", path, error)
        return None
