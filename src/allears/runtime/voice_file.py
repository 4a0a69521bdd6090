"""One enrolled voice: the sum of what its clips sound like, under an id that stays, and the file that keeps it.

In: embeddings. Out: `Voice`, in a small JSON. The direction of the weighted sum of a person's embeddings is the voice
(the centroid of Wan et al. 2018, "Generalized End-to-End Loss"); its length is kept beside it, so that clips which are
added later count as if they had been there from the start. From 20 clips' worth on, old clips fade.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from allears.decode.answers import Embedding
from allears.runtime.origin import Origin
from allears.user_data import private_file

__all__ = ["MOST_WEIGHT", "Voice", "read_voice", "voice_of", "write_voice"]

log = logging.getLogger(__name__)

MOST_WEIGHT = 20.0  # clips; a voice changes over the years, and the last 20 sayings know it best
_DECIMALS = 6  # of a float32
_OLD = uuid.UUID("6f0d6d3e-7f0c-5b0e-9d0b-6f4d1c1f6a11")  # any fixed one: ids of files that have none


@dataclass(frozen=True)
class Voice:
    """An enrolled voice.

    Attributes:
        name: as it was given; it may change.
        vector: direction of the weighted sum of the person's embeddings, length 1.
        num_clips: how many there were.
        model: name and version of the model that made them.
        files, graphs: digests of its networks; see `origin.py`. Empty in what was enrolled before there were any.
        id: made at enrolment; it stays. Of a file that has none it follows from the name, until it is written anew.
        weight: length of that sum; 0 in a file of before, which counts as its clips.
    """

    name: str
    vector: tuple[float, ...]
    num_clips: int
    model: str
    files: str = ""
    graphs: str = ""
    id: str = ""
    weight: float = 0.0

    @property
    def embedding(self) -> Embedding:
        """Its direction."""
        return Embedding(np.array(self.vector, np.float32))

    def with_clips(self, embeddings: Sequence[Embedding], weight: float = 1.0) -> Voice:
        """The voice with more clips, each of which counts `weight`."""
        kept = min(self.weight or float(self.num_clips), max(MOST_WEIGHT - weight * len(embeddings), 1.0))
        more = np.sum([e.vector for e in embeddings], axis=0)
        total = kept * np.array(self.vector) + weight * np.asarray(more)
        return _of_sum(replace(self, num_clips=self.num_clips + len(embeddings)), total)


def voice_of(name: str, embeddings: Sequence[Embedding], made: Origin, voice_id: str = "") -> Voice:
    """A voice out of its clips, with a new id if none is given.

    Raises:
        ValueError: no name, or no clips.
    """
    if not name.strip():
        raise ValueError("a voice needs a name: give one, such as 'Ann'")
    if not embeddings:
        raise ValueError(f"no clips were given to enroll {name!r}: give one or more, 5 s of speech or longer")
    bare = Voice(name.strip(), (), len(embeddings), made.model, made.files, made.graphs, voice_id or uuid.uuid4().hex)
    return _of_sum(bare, np.asarray(np.sum([e.vector for e in embeddings], axis=0, dtype=np.float64)))


def read_voice(path: Path) -> Voice | None:
    """The voice of a file; None, with a warning, if it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        vector = tuple(float(x) for x in data["vector"])
        name, digests = str(data["name"]), (str(data.get("files", "")), str(data.get("graphs", "")))
        kept_id = str(data.get("id") or uuid.uuid5(_OLD, name.casefold()).hex)
        weight = float(data.get("weight", 0.0))
        return Voice(name, vector, int(data["num_clips"]), str(data["model"]), *digests, kept_id, weight)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s is not a voice and is not used (%r): delete it, or enroll the voice again", path, error)
        return None


def write_voice(voice: Voice, path: Path) -> None:
    """Write it, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    with private_file(path) as file:
        file.write(json.dumps(asdict(voice), ensure_ascii=False).encode())


def _of_sum(voice: Voice, total: np.ndarray) -> Voice:
    """The voice with direction and length of a sum (E,)."""
    length = float(np.linalg.norm(total))
    vector = tuple(round(float(x), _DECIMALS) for x in total / max(length, 1e-12))
    return replace(voice, vector=vector, weight=round(min(length, MOST_WEIGHT), _DECIMALS))
