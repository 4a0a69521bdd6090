"""Features of clips kept on disk, so that a second look at the same clips takes no time.

In: a clip. Out: what was kept of it. The key is the sha256 of the audio file and the stretch of it; the folder is named
by the files of the model that made the features, so that another model never reads them. Features tell whose voice it
was: files are readable by their owner alone, and deleting the folder loses nothing but time.
"""

from __future__ import annotations

import hashlib
import logging
import os
from functools import lru_cache
from pathlib import Path

import numpy as np

from allears.data.manifest import Clip
from allears.probe.blocks import embedding_tasks, speech_file
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.user_data import private_file

__all__ = ["FeatureCache", "cache_folder"]

log = logging.getLogger(__name__)

_VERSION = "pooled-2"  # of `features.py`: another number, other features


def cache_folder() -> Path:
    """`$ALLEARS_CACHE`, or `allears` where programs keep what they can make again; in it `probe`."""
    given = os.environ.get("ALLEARS_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "allears"
    return (Path(given) if given else home) / "probe"


class FeatureCache:
    """Features made by one model.

    Args:
        model: that makes them.
        folder: of the cache; `cache_folder()` if left out.
    """

    def __init__(self, model: ModelFolder, folder: Path | None = None) -> None:
        files = [ENCODER, speech_file(model.spec) or "", *(task.file for task in embedding_tasks(model.spec))]
        sums = [_sha256(model.path / name) for name in files if name]
        made_by = hashlib.sha256("\n".join([_VERSION, *sums]).encode()).hexdigest()[:16]
        self.folder = (folder or cache_folder()) / made_by

    def get(self, clip: Clip) -> np.ndarray | None:
        """Features (F,) float32; None if they are not kept, or the file is damaged (which the log tells)."""
        path = self._path(clip)
        if not path.is_file():
            return None
        try:
            found: np.ndarray = np.load(path, allow_pickle=False)
        except (OSError, ValueError) as error:
            log.warning("%s is damaged (%s): the clip is heard again", path, error)
            return None
        return found

    def put(self, clip: Clip, features: np.ndarray) -> None:
        """Keep features (F,).

        Raises:
            OSError: the folder cannot be written.
        """
        with private_file(self._path(clip)) as file:
            np.save(file, features.astype(np.float32), allow_pickle=False)

    def _path(self, clip: Clip) -> Path:
        stretch = f"{clip.start_s!r} {clip.duration_s!r}"
        key = hashlib.sha256(f"{_sha256(clip.audio)} {stretch}".encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.npy"


@lru_cache(maxsize=4096)
def _of_state(path: Path, _size: int, _changed_ns: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256(path: Path) -> str:
    """Of a file; a missing one has none, hearing it tells why."""
    try:
        state = path.stat()
    except OSError:
        return "missing"
    return _of_state(path, state.st_size, state.st_mtime_ns)
