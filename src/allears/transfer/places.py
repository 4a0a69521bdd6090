"""Where the parameters of a module are in the ONNX file that it was exported to: the name of each weight over there.

In: the graph of a file. Out: parameter name, as the exported module has it -> `Place`; its value, int8 as floats.

The exporter keeps the names of parameters that it uses as they are. The matrix of a linear layer it turns and names
anew; it is found by the bias that is added to its product. The keys' projection of an attention has no bias: it is the
nameless matrix that reads what the queries' or values' projection reads, or the one that makes `cross_key_i`.
Parameters with equal values (two norms that nobody trained) are kept once, under one of their names.

Letters: D inputs, C outputs of a layer, V vocabulary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import numpy_helper

from allears.export.half import HALF

__all__ = ["Place", "constants_of", "find_places", "matrix_int8", "value_at"]

_LINEAR = ("MatMul", "MatMulInteger")
_PASSED = ("Cast", "Mul")  # between an integer product and its bias: back to floats
_VOCABULARY = "vocabulary"  # see `add_vocabulary` of `export/quantize.py`
_NO_SCALE = 1e-12  # of a column of zeros


@dataclass(frozen=True)
class Place:
    """Where a parameter is in a file.

    Attributes:
        name: of the initialiser; of int8 ones, the integers.
        scale: of the initialiser that holds their scales, one a column; empty if the values are floats.
        is_turned: whether the file has the transpose.
        is_half: whether the file keeps it in 16 bit (`export/half.py`).
    """

    name: str
    scale: str = ""
    is_turned: bool = False
    is_half: bool = False


def constants_of(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Name -> value of the initialisers; those kept in 16 bit under the name that is computed with, too, in 32."""
    found = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    halves = {name.removesuffix(HALF): value for name, value in found.items() if name.endswith(HALF)}
    return found | {name: value.astype(np.float32) for name, value in halves.items()}


def find_places(graph: onnx.GraphProto) -> dict[str, Place]:
    """Parameter name -> where it is. LSTMs are not looked for."""
    stored = {one.name for one in graph.initializer}
    constants = {name.removesuffix(HALF) for name in stored}
    found = {name: Place(name) for name in constants if "." in name}
    found |= {f"{layer}.weight": place for layer, place in _linear(graph, constants)}
    found = {key: _stored(place, stored) for key, place in found.items()}
    if _VOCABULARY in constants:
        scale = f"{_VOCABULARY}_scale"
        found["decoder.embed_tokens.weight"] = Place(_VOCABULARY, scale if scale in constants else "", is_turned=True)
    return found


def _stored(place: Place, stored: Collection[str]) -> Place:
    half = place.name + HALF
    return replace(place, name=half, is_half=True) if half in stored else place


def value_at(place: Place, constants: Mapping[str, np.ndarray]) -> np.ndarray:
    """The parameter as the module had it, float32."""
    value = constants[place.name].astype(np.float32)
    if place.scale:
        value = value * constants[place.scale]  # zero points are 0: see `matrix_int8`
    return np.ascontiguousarray(value.T if place.is_turned else value)


def matrix_int8(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matrix (D, C) as int8 and its scales (C,), as `export/quantize.py` has it done: w = q s, s = max |w| / 127."""
    scale = (np.maximum(np.abs(matrix).max(axis=0), _NO_SCALE) / 127.0).astype(np.float32)
    return np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8), scale


def _linear(graph: onnx.GraphProto, constants: set[str]) -> Iterator[tuple[str, Place]]:
    """Linear layer -> where its matrix is."""
    readers: defaultdict[str, list[onnx.NodeProto]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            readers[name].append(node)
    beside: defaultdict[str, list[str]] = defaultdict(list)  # what is read -> layers that read it
    nameless: list[tuple[onnx.NodeProto, Place]] = []
    for node in graph.node:
        if node.op_type == "Gemm" and node.input[1] in constants and len(node.input) > 2:
            is_turned = not any(a.name == "transB" and a.i for a in node.attribute)
            yield _layer(node.input[2]), Place(node.input[1], is_turned=is_turned)
        if node.op_type not in _LINEAR or node.input[1] not in constants or node.input[1] == _VOCABULARY:
            continue
        scale = node.input[3].replace("_zero_point", "_scale") if node.op_type == "MatMulInteger" else ""
        place = Place(node.input[1], scale, is_turned=True)
        bias = _bias(node, readers)
        if bias is None:
            nameless.append((node, place))
            continue
        beside[node.input[0]].append(_layer(bias))
        yield _layer(bias), place
    outputs = {one.name for one in graph.output}
    for node, place in nameless:
        layer = _keys_beside(beside[node.input[0]]) or _keys_that_make(node, readers, outputs)
        if layer is not None:
            yield layer, place


def _layer(bias: str) -> str:
    return bias.removesuffix(".bias")


def _bias(node: onnx.NodeProto, readers: Mapping[str, list[onnx.NodeProto]]) -> str | None:
    """The bias that is added to a product."""
    after = readers.get(node.output[0], [])
    while len(after) == 1 and after[0].op_type in _PASSED:
        after = readers.get(after[0].output[0], [])
    return next((n for n in after[0].input if n.endswith(".bias")), None) if after else None


def _keys_beside(layers: list[str]) -> str | None:
    """The keys' projection of the attention whose other projections read the same."""
    owners = {layer.rpartition(".")[0] for layer in layers if layer.endswith((".q_proj", ".v_proj"))}
    return f"{owners.pop()}.k_proj" if len(owners) == 1 else None


def _keys_that_make(node: onnx.NodeProto, readers: Mapping[str, list[onnx.NodeProto]], outputs: set[str]) -> str | None:
    """The keys' projection of the attention whose `cross_key_i` comes out at the end."""
    at = node.output[0]
    while at not in outputs:
        after = readers.get(at, [])
        if len(after) != 1:
            return None
        at = after[0].output[0]
    return f"attentions.{at.removeprefix('cross_key_')}.k_proj" if at.startswith("cross_key_") else None
