"""The sums of a model folder: what `SHA256SUMS` says a file is, and whether it still is that.

In: a folder, a file. Out: sums by file name; an error for a file whose content has changed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from allears.runtime.onnx_file import ModelError

__all__ = ["SUMS", "check_sum", "read_sums"]

log = logging.getLogger(__name__)

SUMS = "SHA256SUMS"


def read_sums(folder: Path) -> dict[str, str]:
    """File name -> sha256 in hexadecimal, of the folder's `SHA256SUMS`; empty if there is no such file."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split(maxsplit=1) for line in lines if line.strip())
    return {name.lstrip("*").removeprefix("./"): digest.lower() for digest, name in pairs}


def check_sum(path: Path, sums: Mapping[str, str], advice: str) -> None:
    """Compare a file with its sum; one that has none is told of in the log.

    Args:
        path: of the file.
        sums: of its folder.
        advice: what to do with a damaged one, the end of the message.

    Raises:
        ModelError: its content has changed.
    """
    expected = sums.get(path.name)
    if expected is None:
        log.warning("%s does not list %s: it is used unchecked", path.with_name(SUMS), path.name)
        return
    with open(path, "rb") as file:
        got = hashlib.file_digest(file, "sha256").hexdigest()
    if got != expected:
        raise ModelError(f"{path} is damaged or was changed: its sha256 is {got}, {SUMS} says {expected}; {advice}")
