"""What is still float is kept in 16 bit and computed with in 32: smaller files, the same speed, hardly any loss.

Convolutions, positions and small heads, which no other method rounds. It comes after those that round to fewer bits,
which look for 32-bit weights. Needs no clips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnx

from allears.compress import METHODS
from allears.compress.base import Unit
from allears.compress.files import Rewrite, rewrite_folder
from allears.compress.weights import VOCABULARY, files_of_tasks
from allears.export.half import float_constants, halve_weights
from allears.runtime.model_folder import ModelFolder

__all__ = ["Float16Storage", "float16_storage"]

_WITHOUT = ("log_mel", VOCABULARY)  # a basis whose rounding would be heard in silence; scales of other weights


@METHODS.register
def float16_storage(*, min_bytes: int = 100_000) -> Float16Storage:
    """16-bit weights of all that is still in 32.

    Args:
        min_bytes: files with fewer bytes of such weights stay as they are.
    """
    return Float16Storage(min_bytes)


@dataclass(frozen=True)
class Float16Storage:
    """See `compress/base.py`.

    Attributes:
        min_bytes: files with fewer bytes of 32-bit weights stay as they are.
        is_rounding: yes.
    """

    min_bytes: int
    is_rounding: bool = True

    def units(self, model: ModelFolder) -> tuple[Unit, ...]:
        found = []
        for file, tasks in files_of_tasks(model).items():
            constants = list(float_constants(onnx.load(model.path / file).graph, _WITHOUT))
            names, size = tuple(one.name for one in constants), sum(one.ByteSize() for one in constants)
            if constants and size >= self.min_bytes:
                found.append(Unit(Path(file).stem, file, names, size, tasks))
        return tuple(found)

    def apply(self, model: ModelFolder, out: Path, units: Sequence[Unit], clips: Sequence[np.ndarray]) -> None:
        changes: dict[str, Rewrite] = {unit.file: partial(_written, _WITHOUT) for unit in units}
        rewrite_folder(model, out, changes)


def _written(without: Sequence[str], source: Path, target: Path) -> None:
    halve_weights(source, target, without=without)
