"""A trained hybrid on disk: a folder with one file, `hybrid.npz`, arrays and a description.

Written whole or not at all. Numbers and text alone: nothing in it is run when it is read.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["FILE", "kind_of", "read", "write"]

FILE = "hybrid.npz"
_ABOUT = "about"
_VERSION = 1


def write(folder: str | Path, about: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Path:
    """Write a model; the folder is made. Returns the file."""
    path = Path(folder) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(FILE + ".partial")
    text = json.dumps({"version": _VERSION, **about}, ensure_ascii=False).encode()
    with open(partial, "wb") as file:
        every: dict[str, Any] = {**arrays, _ABOUT: np.frombuffer(text, np.uint8)}
        np.savez_compressed(file, **every)
    os.replace(partial, path)
    return path


def read(folder: str | Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The description and the arrays.

    Raises:
        ValueError: there is no model, a damaged one, or one of a newer version.
    """
    path = Path(folder) / FILE
    if not path.exists():
        raise ValueError(f"{folder} has no {FILE}: make one with `allears hybrid train MANIFEST --out {folder}`")
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        about: dict[str, Any] = json.loads(arrays.pop(_ABOUT).tobytes())
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is damaged ({error}): train the model again") from error
    if about.get("version") != _VERSION:
        raise ValueError(f"{path} is of version {about.get('version')}, this allears reads {_VERSION}: update allears")
    return about, arrays


def kind_of(folder: str | Path) -> str:
    """The kind of a model, as `--kind` names it.

    Raises:
        ValueError: as `read`.
    """
    return str(read(folder)[0]["kind"])
