"""A file of a model folder, checked against its sum, so that a damaged one is never read with.

In: a folder with `SHA256SUMS`, a file's name. Out: its path.
"""

from __future__ import annotations

from pathlib import Path

from allears.runtime.checksums import SUMS, check_sum, read_sums
from allears.runtime.onnx_file import ModelError

__all__ = ["checked_file"]


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
    advice = "export it again, or write its sums anew with sha256sum after changing it yourself"
    check_sum(path, read_sums(folder), advice)
    return path
