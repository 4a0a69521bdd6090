"""A trained model of open language -> the folder that `Reader` loads.

In: a run folder. Out: `understand.onnx` (pieces in, a row of logits a task out; the spec in its metadata),
`vocabulary.txt`, `SHA256SUMS`. In int8, products have one scale a column, each piece's embedding a scale of its own.
`python -m allears.understand.learn.export RUN OUT`

Letters: T pieces, D width, V vocabulary, C classes.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.export.folder import new_model_folder
from allears.export.onnx_files import export_graph, set_metadata
from allears.export.quantize import quantize
from allears.model import MultiTaskModel
from allears.parts.bert import Bert
from allears.understand.learn.encoder import TextEncoder
from allears.understand.learn.run import load_trained
from allears.understand.pieces import WordPieces
from allears.understand.reader import NETWORK, VOCABULARY
from allears.understand.spec import METADATA_KEY, UnderstandSpec

__all__ = ["pack_reader", "pack_understand"]

_EXAMPLE_PIECES = 9  # any size but 0 and 1, which the exporter takes as fixed
_TINY = 1e-12


class _Graph(nn.Module):
    """Embedded pieces (1, T, D) -> the output of every head: (1, C), or (1, T, C) of tags."""

    def __init__(self, model: MultiTaskModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, embedded: Tensor) -> tuple[Tensor, ...]:
        encoder = self.model.encoder
        assert isinstance(encoder, TextEncoder)
        count = torch.full((1,), embedded.shape[1], dtype=torch.int64)
        hidden = Hidden(encoder.read(embedded, None)[None], count)
        features = self.model.sharing(hidden, list(self.model.tasks))
        return tuple(self.model.heads[name](features[name], count) for name in self.model.tasks)


def pack_understand(
    model: MultiTaskModel, spec: UnderstandSpec, pieces: WordPieces, out: Path, *, is_int8: bool = True
) -> None:
    """Write the model folder `out`, which appears whole or not at all.

    Raises:
        ValueError: `out` exists and is not a model folder.
    """
    encoder = model.encoder
    assert isinstance(encoder, TextEncoder)
    pack_reader(_Graph(model), encoder, list(model.tasks), spec, pieces, out, is_int8=is_int8)


def pack_reader(
    graph: nn.Module, reader: Bert, outputs: Sequence[str], spec: UnderstandSpec, pieces: WordPieces, out: Path,
    *, is_int8: bool = True,
) -> None:  # fmt: skip
    """Write the model folder of any network that reads: embedded pieces (1, T, D) -> the `outputs` that `Reader` wants.

    Raises:
        ValueError: `out` exists and is not a model folder.
    """
    with new_model_folder(out) as made:
        _write_network(graph.eval(), reader, outputs, made / NETWORK, is_int8)
        set_metadata(made / NETWORK, {METADATA_KEY: spec.to_json()})
        (made / VOCABULARY).write_text("".join(f"{piece}\n" for piece in pieces.vocabulary), encoding="utf-8")


def _write_network(graph: nn.Module, reader: Bert, outputs: Sequence[str], path: Path, is_int8: bool) -> None:
    plain = path.with_suffix(".fp32.onnx")
    embedded = torch.randn(1, _EXAMPLE_PIECES, reader.dim)
    length = torch.export.Dim("T", min=2, max=reader.max_pieces)
    export_graph(graph, (embedded,), plain, ["embedded"], list(outputs), ({1: length},))
    if is_int8:
        quantize(plain, path)
        plain.unlink()
    else:
        os.replace(plain, path)
    _add_embedding(path, reader.pieces.weight.detach().numpy(), is_int8)


def _add_embedding(path: Path, table: np.ndarray, is_int8: bool) -> None:
    """Put the embedding (V, D) before the network: `pieces` (1, T) in, in place of `embedded`."""
    model = onnx.load(path)
    graph = model.graph
    graph.input.remove(next(one for one in graph.input if one.name == "embedded"))
    graph.input.insert(0, helper.make_tensor_value_info("pieces", TensorProto.INT64, [1, "T"]))
    if is_int8:
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), _TINY) / 127.0  # (V, 1)
        arrays = {"table": np.rint(table / scale).astype(np.int8), "table_scale": scale.astype(np.float32)}
        nodes = [
            helper.make_node("Gather", ["table", "pieces"], ["row_int8"]),  # (1, T, D)
            helper.make_node("Cast", ["row_int8"], ["row"], to=TensorProto.FLOAT),
            helper.make_node("Gather", ["table_scale", "pieces"], ["row_scale"]),  # (1, T, 1)
            helper.make_node("Mul", ["row", "row_scale"], ["embedded"]),
        ]
    else:
        arrays, nodes = {"table": table}, [helper.make_node("Gather", ["table", "pieces"], ["embedded"])]
    graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in arrays.items())
    for at, node in enumerate(nodes):
        graph.node.insert(at, node)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main() -> None:
    """The command; see the module."""
    parser = argparse.ArgumentParser(description="Export a model of open language.")
    parser.add_argument("run", type=Path, help="folder that allears.understand.learn.run wrote")
    parser.add_argument("out", type=Path, help="model folder")
    parser.add_argument("--fp32", action="store_true", help="keep the weights as they are")
    args = parser.parse_args()
    model, spec, pieces = load_trained(args.run)
    pack_understand(model, spec, pieces, args.out, is_int8=not args.fp32)
    print(f"{args.out}: {sum(file.stat().st_size for file in args.out.iterdir()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
