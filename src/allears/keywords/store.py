"""Keywords on disk: one file each in one folder, as voices are kept (`runtime/voices.py`).

In and out: `Keyword`. An example's frames are made of somebody's voice: files are readable by their owner alone. Frames
of different models cannot be compared, so a keyword with examples of another model is not used, with a warning.
"""

from __future__ import annotations

import json
import logging
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np

from allears.keywords.background import Tail
from allears.keywords.keyword import Keyword
from allears.user_data import file_name, private_file, user_folder

__all__ = ["KeywordStore", "keywords_folder"]

log = logging.getLogger(__name__)

_SUFFIX = ".npz"


def keywords_folder() -> Path:
    """`$ALLEARS_KEYWORDS`, or `allears/keywords` where programs keep data of the user."""
    return user_folder("keywords")


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
        path = self.folder / file_name(keyword.name, _SUFFIX)
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
        with private_file(path) as file:
            np.savez(file, allow_pickle=False, **arrays)
        return path

    def remove(self, name: str) -> None:
        """Delete a keyword, of whichever model.

        Raises:
            ValueError: there is no such keyword; the message names those there are.
        """
        path = self.folder / file_name(name, _SUFFIX)
        if not path.is_file():
            have = ", ".join(keyword.name for keyword in self.load()) or "none"
            raise ValueError(f"no keyword {name!r} is in {self.folder}: there are {have} (allears keyword list)")
        path.unlink()


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
