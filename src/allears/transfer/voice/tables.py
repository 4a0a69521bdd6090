"""The vectors of voices and dialects in the files of a voice folder: what a new voice changes, and nothing else.

In: an exported graph, rows. Out: a graph like it with those rows. All other numbers stay as they are to the bit, so the
voices that were there speak as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from allears.export.half import HALF

__all__ = ["DIALECTS", "VOICES", "read_tables", "write_rows"]

VOICES, DIALECTS = "encoder.voices.weight", "encoder.dialects.weight"  # as the exporter names them

Rows = Mapping[str, Mapping[int, np.ndarray]]
"""Table -> number of a row -> its vector (C,)."""


def read_tables(path: Path) -> dict[str, np.ndarray]:
    """Both tables (rows, C) float32 of an exported graph.

    Raises:
        ValueError: it has none.
    """
    graph = onnx.load(path).graph
    found = {_plain(one.name): one for one in graph.initializer}
    if missing := [name for name in (VOICES, DIALECTS) if name not in found]:
        raise ValueError(f"{path} has no {', '.join(missing)}: give the folder of a voice that this allears exported")
    return {name: numpy_helper.to_array(found[name]).astype(np.float32) for name in (VOICES, DIALECTS)}


def write_rows(source: Path, target: Path, rows: Rows, metadata: Mapping[str, str] | None = None) -> None:
    """The graph of one file into another, with some rows of its tables changed.

    Args:
        source, target: files.
        rows: that change.
        metadata: put beside, or in place of, what the graph says of itself.

    Raises:
        ValueError: a table that is not there, a row that it does not have, a vector of another size.
    """
    model = onnx.load(source)
    found = {_plain(one.name): one for one in model.graph.initializer}
    for name, vectors in rows.items():
        if name not in found:
            raise ValueError(f"{source} has no {name}: give the folder of a voice that this allears exported")
        values = numpy_helper.to_array(found[name]).copy()
        for row, vector in vectors.items():
            if row >= len(values) or vector.shape != values.shape[1:]:
                raise ValueError(f"{name} of {source} is {values.shape}, row {row} of {vector.shape} does not fit it")
            values[row] = vector.astype(values.dtype)
        found[name].CopyFrom(numpy_helper.from_array(values, found[name].name))
    known = {prop.key: prop.value for prop in model.metadata_props}
    onnx.helper.set_model_props(model, known | dict(metadata or {}))
    onnx.save(model, target)


def _plain(name: str) -> str:
    return name.removesuffix(HALF)
