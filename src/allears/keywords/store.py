"""Keywords on disk: one file each in one folder, as voices are kept (`runtime/voices.py`).

In and out: `Keyword`. An example's frames are made of somebody's voice: files are readable by their owner alone. Frames
of different models cannot be compared, so a keyword with examples of another model is not used, with a warning.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import numpy as np

from allears.keywords.background import Tail
from allears.keywords.keyword import Keyword

__all__ = ["KeywordStore", "keywords_folder"]

log = logging.getLogger(__name__)

VARIABLE = "ALLEARS_KEYWORDS"  # of the environment: the folder
_SUFFIX = ".npz"
_MAX_FILE_NAME = 120  # characters; longer names are shortened and told apart by a digest


def keywords_folder() -> Path:
    """`$ALLEARS_KEYWORDS`, or `allears/keywords` where programs keep data of the user."""
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "allears" / "keywords"


class KeywordStore:
    """The keywords of a folder.

    Args:
        folder: that holds them; the user's own if None. One that is not there has none.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = keywords_folder() if folder is None else Path(folder)

    def load(self, model: str | None = None) -> tuple[Keyword, ...]:
        """All keywords, in order of their names.

        Args:
            model: name and version; keywords with examples of another one are left out, with a warning. None for all.
        """
        read = [keyword for file in sorted(self.folder.glob(f"*{_SUFFIX}")) if (keyword := _read(file)) is not None]
        ours = [one for one in read if model is None or one.model == model or not one.templates]
        if len(ours) < len(read):
            others = ", ".join(f"{one.name} ({one.model})" for one in read if one not in ours)
            log.warning(
                "%d keywords in %s have examples of another model and are not used: %s; add them again",
                len(read) - len(ours),
                self.folder,
                others,
            )
        return tuple(sorted(ours, key=lambda keyword: keyword.name.casefold()))

    def save(self, keyword: Keyword) -> Path:
        """Write a keyword, whole or not at all; one of that name (in any case) is replaced.

        Raises:
            OSError: the folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / _file_name(keyword.name)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        about = {
            "name": keyword.name,
            "model": keyword.model,
            "spellings": keyword.spellings,
            "num_recordings": keyword.num_recordings,
            "false_accepts_per_hour": keyword.false_accepts_per_hour,
            "tails": {by: asdict(tail) for by, tail in keyword.tails.items()},
        }
        arrays = {f"example{n}": template.astype(np.float16) for n, template in enumerate(keyword.templates)}
        arrays["about"] = np.array(json.dumps(about, ensure_ascii=False))
        try:
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return path

    def remove(self, name: str) -> None:
        """Delete a keyword, of whichever model.

        Raises:
            ValueError: there is no such keyword; the message names those there are.
        """
        path = self.folder / _file_name(name)
        if not path.is_file():
            have = ", ".join(keyword.name for keyword in self.load()) or "none"
            raise ValueError(f"no keyword {name!r} is in {self.folder}: there are {have} (allears keyword list)")
        path.unlink()


def _file_name(name: str) -> str:
    """A file name for any name, the same for `Computer` and `computer`."""
    key = name.strip().casefold()
    safe = quote(key, safe=" ")
    if len(safe) > _MAX_FILE_NAME or safe.startswith("."):
        safe = safe[:40].lstrip(".") + "-" + hashlib.sha256(key.encode()).hexdigest()[:16]
    return safe + _SUFFIX


def _read(path: Path) -> Keyword | None:
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as data:
            about = json.loads(str(data["about"]))
            templates = tuple(data[f"example{n}"].astype(np.float32) for n in range(len(data.files) - 1))
        return Keyword(
            name=str(about["name"]),
            model=str(about["model"]),
            spellings=tuple(map(str, about["spellings"])),
            templates=templates,
            num_recordings=int(about["num_recordings"]),
            false_accepts_per_hour=float(about["false_accepts_per_hour"]),
            tails={by: Tail(**tail) for by, tail in about["tails"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        log.warning("%s is not a keyword and is not used (%r): delete it, or add the keyword again", path, error)
        return None
