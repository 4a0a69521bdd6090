"""Weights in 4 bits, in blocks that have a scale each; activations stay as they are. Needs no clips.

onnxruntime's `MatMulNBits`, which every version that allears runs on reads (it came with 1.16). Rounding is to the
nearest. Half the bytes of int8 and slower on a CPU that multiplies int8 well: it is for the parts that are large and
seldom run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import onnx
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from allears.compress import METHODS
from allears.compress.file_method import FileMethod
from allears.export.quiet import quiet

__all__ = ["int4_weights"]

_BLOCKS = (16, 32, 64, 128, 256)  # sizes that the operator knows
_INT8_PRODUCTS = 4  # `accuracy_level` of the operator: activations in 8 bits inside a product


@METHODS.register
def int4_weights(*, min_bytes: int = 1_000_000, block: int = 32, only: Sequence[str] = ()) -> FileMethod:
    """4-bit weights of matrix products.

    Args:
        min_bytes: units of fewer bytes of weights stay as they are.
        block: weights of a column that share a scale: 16, 32, 64, 128 or 256.
        only: files to change, such as `decoder.onnx`; all if none is named.

    Raises:
        ValueError: another block.
    """
    if block not in _BLOCKS:
        raise ValueError(f"block is {block}: give one of {', '.join(map(str, _BLOCKS))}")

    def write(source: Path, target: Path, names: Sequence[str]) -> None:
        model = onnx.load(source)
        others = [node.name for node in model.graph.node if node.op_type == "MatMul" and node.name not in set(names)]
        with quiet():
            work = MatMulNBitsQuantizer(
                model,
                block_size=block,
                is_symmetric=True,
                accuracy_level=_INT8_PRODUCTS,
                nodes_to_exclude=others,
                op_types_to_quantize=("MatMul",),
            )
            work.process()
            onnx.save(work.model.model, target)

    return FileMethod(lambda *_: write, ("MatMul",), min_bytes, skips=lambda file: bool(only) and file not in only)
