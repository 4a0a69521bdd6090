"""A head that was exported, as a network that can be trained on: the way back from ONNX to torch.

In: the file of a head and the module it was made from (`export/graphs.py`: `HeadGraph`), with any weights. Out: the
module with the weights of the file; int8 ones become floats again, so that the two differ by the rounding of
activations alone.

The exporter keeps the names of parameters that it uses as they are. Those it turns are found by what is near them:
matrices as `places.py` says, LSTMs by their order, the weights of the layers by the sum over layers that they are for.
An ONNX LSTM has the gates input, output, forget, cell; torch's has input, forget, cell,
output (ONNX operators, LSTM; torch.nn.LSTM).

Letters: L layers, D width, H cells, C outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from allears.export.graphs import HeadGraph
from allears.parts.spelling import Body, SpellingHead
from allears.sharing.branch import branch
from allears.sharing.hard import hard
from allears.spec import TaskSpec
from allears.transfer.branches import branch_options
from allears.transfer.places import constants_of, find_places, value_at

__all__ = ["LAYERS", "exported_weights", "load_exported", "shape_of_spelling", "spelling_head"]

LAYERS = "layers"  # in `exported_weights`: the layers' weights, which sum to 1
_STRIDE = 2  # frames that the recurrent head reads as one
_GATES = (0, 2, 3, 1)  # ONNX's gates in torch's order
_LSTMS = ("LSTM", "DynamicQuantizeLSTM")


def spelling_head(path: Path, task: TaskSpec, num_layers: int, dim: int) -> HeadGraph:
    """The head of a task that spells, and its layer mix, as a module in eval mode.

    Args:
        path: its file.
        task: its spec.
        num_layers: L of the encoder.
        dim: D of the encoder.

    Raises:
        ValueError: the file is no head of that kind.
    """
    weights = exported_weights(path)
    body, hidden, size = shape_of_spelling(weights, path)
    num_units = len(task.classes)
    per_frame = size // num_units
    if per_frame < 1 or size % num_units:
        raise ValueError(f"{path} gives {size} outputs a frame for {num_units} units: give the file of {task.name!r}")
    head = SpellingHead(dim, num_units, per_frame=per_frame, body=body, hidden=hidden)
    reads = {task.name: "mix" if LAYERS in weights else "last"}
    own = branch_options(weights, task.name, num_layers, dim)
    build: Callable[..., nn.Module] = hard if own is None else partial(branch, **own)
    graph = HeadGraph(build(reads=reads, dim=dim, num_layers=num_layers), head, task.name)
    load_exported(graph, weights, path)
    return graph.eval()


def load_exported(graph: HeadGraph, weights: Mapping[str, np.ndarray], path: Path) -> int:
    """Fill a module with the weights of a file. Returns how many tensors.

    Raises:
        ValueError: one that is missing, left over, or has another shape.
    """
    own = graph.state_dict()
    given = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in weights.items() if name in own}
    mix = f"sharing.mix.{graph.task}"
    if LAYERS in weights and mix in own:
        given[mix] = torch.from_numpy(np.log(np.maximum(weights[LAYERS], 1e-12)).astype(np.float32))
    missing = sorted(set(own) - set(given))
    bent = sorted(name for name in given if given[name].shape != own[name].shape)
    left_over = sorted(name for name in weights if name not in own and name != LAYERS)
    if missing or bent or left_over:
        raise ValueError(
            f"{path} does not fit: missing {missing[:5]}, left over {left_over[:5]}, of another shape {bent[:5]}: give "
            "a head that this version of allears exported"
        )
    graph.load_state_dict(given)
    return len(given)


def exported_weights(path: Path) -> dict[str, np.ndarray]:
    """Name of a parameter -> its value, float32, of an exported head; under `layers` the weights of the layers (L,)."""
    graph = onnx.load(path).graph
    constants = constants_of(graph)
    found = {name: value for name, value in constants.items() if name.startswith(("head.", "sharing."))}
    for node in graph.node:
        if node.op_type == "Einsum" and node.input[0] in constants:
            found[LAYERS] = constants[node.input[0]]
    places = find_places(graph)
    found |= {name: value_at(place, constants) for name, place in places.items() if name.endswith(".weight")}
    for number, node in enumerate(node for node in graph.node if node.op_type in _LSTMS):
        found |= {f"head.body.lstms.{number}.{name}": value for name, value in _lstm(node, constants)}
    return found


def _lstm(node: onnx.NodeProto, constants: Mapping[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """The parameters of a bidirectional LSTM of one layer, by the names that torch gives them."""
    reads, writes, biases = (constants[name] for name in node.input[1:4])  # (2, 4 H, D), (2, 4 H, H), (2, 8 H)
    if node.op_type == "DynamicQuantizeLSTM":  # int8, (2, D, 4 H), one scale a column
        scales = [(constants[node.input[i]], constants[node.input[i + 1]]) for i in (8, 10)]
        reads, writes = (
            ((q.astype(np.float32) - zero[:, None].astype(np.float32)) * scale[:, None]).transpose(0, 2, 1)
            for q, (scale, zero) in zip((reads, writes), scales, strict=True)
        )
    for way, suffix in enumerate(("", "_reverse")):
        yield f"weight_ih_l0{suffix}", _in_order(reads[way])
        yield f"weight_hh_l0{suffix}", _in_order(writes[way])
        first, second = np.split(biases[way], 2)
        yield f"bias_ih_l0{suffix}", _in_order(first)
        yield f"bias_hh_l0{suffix}", _in_order(second)


def _in_order(rows: np.ndarray) -> np.ndarray:
    gates = np.split(rows, 4)
    return np.concatenate([gates[gate] for gate in _GATES])


def shape_of_spelling(weights: Mapping[str, np.ndarray], path: Path) -> tuple[Body, int, int]:
    """Kind of the head, its hidden width, and its outputs an encoder frame."""
    if "head.body.lstms.0.weight_hh_l0" in weights:
        hidden = weights["head.body.lstms.0.weight_hh_l0"].shape[1]
        return "lstm", hidden, len(weights["head.body.out.bias"]) // _STRIDE
    if "head.body.stack.project.bias" in weights:
        return "conv", len(weights["head.body.stack.project.bias"]), len(weights["head.body.out.bias"])
    if "head.linear.bias" in weights:
        return "linear", 1, len(weights["head.linear.bias"])
    raise ValueError(f"{path} is no head that spells (it has {sorted(weights)[:4]}): give the file of a `ctc` task")
