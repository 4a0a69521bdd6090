"""What is likely in one domain, in a file: an n-gram of its sentences and the phrases that are often in them.

In: a `.npz` that `allears domains build` or `recipes/base/domains.py` made, or the name of one that ships. Out: `Pack`.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from allears.biasing.ngram import NGram

__all__ = ["OTHER", "Pack", "find_pack", "shipped"]

OTHER = "other"  # the pack of what belongs to no domain: it tells domains apart and biases nothing
_FOLDER = Path(__file__).parent / "packs"
_VERSION = 1


@dataclass(frozen=True, eq=False)
class Pack:
    """One domain.

    Attributes:
        name: of it.
        language: code of its texts.
        ngram: of its sentences.
        phrases: names and the like, as they are to be written -> weight, as that of a hotword.
        source: where the texts are from, and under what terms.
    """

    name: str
    language: str
    ngram: NGram
    phrases: Mapping[str, float]
    source: str = ""

    def save(self, path: str | Path) -> None:
        """Write the file; whole or not at all."""
        about = {"version": _VERSION, "name": self.name, "language": self.language, "source": self.source}
        text = json.dumps({**about, "phrases": dict(self.phrases)}, ensure_ascii=False)
        arrays: dict[str, Any] = {"about": np.frombuffer(text.encode(), np.uint8), **self.ngram.to_arrays()}
        partial = Path(path).with_name(Path(path).name + ".partial")
        with partial.open("wb") as file:
            np.savez_compressed(file, **arrays)
        os.replace(partial, path)

    @classmethod
    def load(cls, path: str | Path) -> Pack:
        """Read a file.

        Raises:
            ValueError: it is no pack, or one of a newer allears.
            OSError: it cannot be read.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                about = json.loads(arrays["about"].tobytes().decode())
                version = about["version"]
                if version == _VERSION:
                    ngram = NGram.from_arrays(arrays)
                    return cls(about["name"], about["language"], ngram, about["phrases"], about["source"])
        except (KeyError, ValueError, TypeError, zipfile.BadZipFile, EOFError) as error:
            raise ValueError(
                f"{path} is no pack of a domain ({error}): make one with `allears domains build`"
            ) from error
        raise ValueError(f"{path} is a pack of version {version}, this allears reads {_VERSION}: build it again")


@cache
def shipped() -> Mapping[str, Pack]:
    """The packs that come with allears, by name; `other` is among them."""
    return {path.stem: Pack.load(path) for path in sorted(_FOLDER.glob("*.npz"))}


def find_pack(name: str | Path) -> Pack:
    """The pack of that name, or in that file.

    Raises:
        ValueError: there is none, or it is none.
        OSError: it cannot be read.
    """
    if Path(name).suffix == ".npz":
        return Pack.load(name)
    path = _FOLDER / f"{name}.npz"
    known = sorted(p.stem for p in _FOLDER.glob("*.npz") if p.stem != OTHER)
    if str(name) not in known:
        raise ValueError(
            f"unknown domain {str(name)!r}: give one of {', '.join(known)}, auto, or a file ending in .npz that "
            "`allears domains build` made"
        )
    return Pack.load(path)
