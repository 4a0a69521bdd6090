"""A file whose weights are kept in 16 or 4 bits, as it computes: for those who take a network up again."""

from __future__ import annotations

from pathlib import Path

import onnx

from allears.export.half import HALF, make_whole
from allears.export.packed import PACKED, unpack

__all__ = ["is_kept_smaller", "load_whole"]


def load_whole(source: str | Path | bytes) -> onnx.ModelProto:
    """A file, or what is in it; its constants as they are computed with, under their own names."""
    model = onnx.load_from_string(source) if isinstance(source, bytes) else onnx.load(source)
    unpack(model)
    make_whole(model)
    return model


def is_kept_smaller(graph: onnx.GraphProto) -> bool:
    """Whether a graph makes constants of smaller ones."""
    return any(one.name.endswith((HALF, PACKED)) for one in graph.initializer)
