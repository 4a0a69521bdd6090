"""Modules -> ONNX files with dynamic lengths. See `graphs.py` for the shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxscript.optimizer
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from allears.encoders.base import ReadsItems, some_input
from allears.export.gelu import fuse_gelu
from allears.export.graphs import CrossGraph, DecoderGraph, EncoderGraph
from allears.export.quiet import quiet
from allears.parts.attention_decoder import AttentionDecoder

__all__ = ["export_cross", "export_decoder", "export_encoder", "export_graph", "export_head", "set_metadata"]

OPSET = 18  # read by every onnxruntime since 1.14
_EXAMPLE_FRAMES, _EXAMPLE_PAST, _EXAMPLE_TOKENS = 13, 3, 2  # any sizes but 0 and 1, which the exporter takes as fixed
_EXAMPLE_ITEMS_S = 1.0  # of an encoder that reads no sound
_ANY_SIZE = 2**31  # bytes of constants that are put together
_EXAMPLE_SAMPLES = 6_000  # short: the exporter walks through every frame of an LSTM several times


def export_graph(
    module: nn.Module, args: tuple[Any, ...], path: Path, inputs: Sequence[str], outputs: Sequence[str], dynamic: Any
) -> None:
    """A module of tensor operations as an ONNX file; `dynamic` is what `torch.export` calls `dynamic_shapes`."""
    with quiet():
        program = torch.onnx.export(
            module.eval(),
            args,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=dynamic,
            opset_version=OPSET,
            dynamo=True,
            optimize=True,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    for proto in (*model.graph.node,):
        del proto.metadata_props[:]  # where each node came from: half the size of a small head
        proto.doc_string = ""
    if any(node.op_type == "LSTM" for node in model.graph.node):
        # the gates' weights, which the exporter puts together in the graph, become constants: int8 wants them so
        model = onnxscript.optimizer.optimize(model, input_size_limit=_ANY_SIZE, output_size_limit=_ANY_SIZE)
        _free_lstm_lengths(model.graph)
    fuse_gelu(model)
    onnx.save(model, path)


def _free_lstm_lengths(graph: onnx.GraphProto) -> None:
    """Let LSTMs after the first take any length: the exporter writes the example's into the reshape behind them, and
    into the shapes it notes of what follows.

    The states (T, B, ways, H) become (T, B, ways * H): [0, 0, -1] says so without the sizes.
    """
    made_by = {name: node for node in graph.node for name in node.output}
    found = []
    for node in graph.node:
        before = made_by.get(node.input[0]) if node.op_type == "Reshape" else None
        source = made_by.get(before.input[0]) if before is not None and before.op_type == "Transpose" else None
        if source is not None and source.op_type == "LSTM":
            found.append(node)
    if not found:
        return
    graph.initializer.append(numpy_helper.from_array(np.array([0, 0, -1]), "states_to_frames"))
    for node in found:
        node.input[1] = "states_to_frames"
    del graph.value_info[:]
    read = {name for node in graph.node for name in node.input}
    for initializer in [one for one in graph.initializer if one.name not in read]:
        graph.initializer.remove(initializer)


def export_encoder(encoder: nn.Module, path: Path) -> None:
    """`encoder.onnx`: audio (1, S), or what else the encoder reads -> layers (L, 1, T, D)."""
    audio, shortest = torch.zeros(1, _EXAMPLE_SAMPLES), 400
    if isinstance(encoder, ReadsItems):
        audio, shortest = some_input(encoder, 1, _EXAMPLE_ITEMS_S), 2
    dynamic = ({1: torch.export.Dim("S", min=shortest)},)
    export_graph(EncoderGraph(encoder), (audio,), path, ["audio"], ["layers"], dynamic)


def export_head(graph: nn.Module, num_layers: int, dim: int, path: Path) -> None:
    """A head: layers (L, 1, T, D) -> output; one that `needs_audio` also takes audio (1, S)."""
    args: tuple[Tensor, ...] = (torch.randn(num_layers, 1, _EXAMPLE_FRAMES, dim),)
    names, dynamic = ["layers"], [{2: torch.export.Dim("T", min=2)}]
    if getattr(graph, "needs_audio", False):
        args = (*args, torch.randn(1, _EXAMPLE_SAMPLES))
        names, dynamic = [*names, "audio"], [*dynamic, {1: torch.export.Dim("S", min=2)}]
    export_graph(graph, args, path, names, ["output"], tuple(dynamic))


def export_cross(graph: CrossGraph, num_layers: int, dim: int, path: Path) -> None:
    """What the decoder reads of a clip: layers -> cross_key_i (1, H, D/H, T), cross_value_i (1, H, T, D/H)."""
    layers = torch.randn(num_layers, 1, _EXAMPLE_FRAMES, dim)
    names = [f"cross_{what}_{i}" for i in range(len(graph.attentions)) for what in ("key", "value")]
    export_graph(graph, (layers,), path, ["layers"], names, ({2: torch.export.Dim("T", min=2)},))


def export_decoder(decoder: AttentionDecoder, path: Path) -> None:
    """The decoder without its embedding: see `DecoderGraph`; `quantize.add_vocabulary` adds that in int8."""
    depth, heads, width = len(decoder.layers), decoder.num_heads, decoder.dim // decoder.num_heads
    past, tokens, frames = _EXAMPLE_PAST, _EXAMPLE_TOKENS, _EXAMPLE_FRAMES
    keys = [torch.randn(1, heads, past, width) for _ in range(depth)]
    cross: list[Tensor] = []
    for _ in range(depth):
        cross += [torch.randn(1, heads, width, frames), torch.randn(1, heads, frames, width)]
    auto = torch.export.Dim.DYNAMIC
    dynamic = ({1: auto}, [{2: auto}] * depth, [{2: auto}] * depth, [{3: auto}, {2: auto}] * depth)
    names = [f"self_{what}_{i}" for what in ("key", "value") for i in range(depth)]
    cross_names = [f"cross_{what}_{i}" for i in range(depth) for what in ("key", "value")]
    args = (torch.randn(1, tokens, decoder.dim), keys, [k.clone() for k in keys], cross)
    outputs = ["final", "alignment", *[f"next_{name}" for name in names]]
    export_graph(DecoderGraph(decoder), args, path, ["embedded", *names, *cross_names], outputs, dynamic)


def set_metadata(path: Path, values: Mapping[str, str]) -> None:
    """Write strings into an ONNX file's metadata."""
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {p.key: p.value for p in model.metadata_props} | dict(values))
    onnx.save(model, path)
