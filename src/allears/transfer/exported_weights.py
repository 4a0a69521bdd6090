"""The weights of an exported head, by the names they had when it was trained.

In: the file of a head. Out: name -> value; int8 ones become floats again. No torch.

The exporter keeps the names of parameters that it uses as they are. Those it turns are found by what is near them:
matrices as `places.py` says, LSTMs by their order, the weights of the layers by the sum over layers that they are for.
An ONNX LSTM has the gates input, output, forget, cell; torch's has input, forget, cell,
output (ONNX operators, LSTM; torch.nn.LSTM).

Letters: L layers, D width, H cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx

from allears.export.whole import load_whole
from allears.transfer.branches import branch_weights
from allears.transfer.places import constants_of, find_places, value_at

__all__ = ["LAYERS", "exported_weights", "head_state"]

LAYERS = "layers"  # in `exported_weights`: the layers' weights, which sum to 1
_GATES = (0, 2, 3, 1)  # ONNX's gates in torch's order
_LSTMS = ("LSTM", "DynamicQuantizeLSTM")
_LEAST = 1e-12  # a layer's weight; its logarithm is what is learned


def exported_weights(file: Path | bytes) -> dict[str, np.ndarray]:
    """Name of a parameter -> its value, float32, of an exported head; under `layers` the weights of the layers (L,).

    Args:
        file: its path, or what is in it.
    """
    graph = load_whole(file).graph
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


def head_state(task: str, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """`exported_weights` of a task's head by the names that a `MultiTaskModel` has."""
    state = {f"heads.{task}.{n.removeprefix('head.')}": v for n, v in weights.items() if n.startswith("head.")}
    state |= branch_weights(weights)
    if LAYERS in weights:
        state[f"sharing.mix.{task}"] = np.log(np.maximum(weights[LAYERS], _LEAST))
    return state
