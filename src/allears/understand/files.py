"""A file of a model folder, checked against its sum, so that a damaged one is never read with.

In: a folder with `SHA256SUMS`, a file's name. Out: its path.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from allears.runtime.onnx_file import ModelError

__all__ = ["checked_file"]

log = logging.getLogger(__name__)

SUMS = "SHA256SUMS"


def checked_file(folder: Path, name: str) -> Path:
    """The path of a file whose content is what was exported.

    Raises:
        ModelError: the folder or the file is missing, or its content has changed.
    """
    path = folder / name
    if not path.is_file():
        raise ModelError(
            f"there is no {path}: give the folder of a model of open language (it holds understand.onnx, "
            f"vocabulary.txt and {SUMS}), or export one with python -m allears.understand.learn.export"
        )
    sums = folder / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    expected = {line.split(maxsplit=1)[1].lstrip("*"): line.split()[0].lower() for line in lines if line.strip()}
    if name not in expected:
        log.warning("%s does not list %s: it is used unchecked", sums, name)
        return path
    with open(path, "rb") as file:
        got = hashlib.file_digest(file, "sha256").hexdigest()
    if got != expected[name]:
        raise ModelError(
            f"{path} is damaged or was changed: its sha256 is {got}, {SUMS} says {expected[name]}; export it again, or "
            "write its sums anew with sha256sum after changing it yourself"
        )
    return path
