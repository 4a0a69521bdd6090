"""Weights and activations in 8 bits, with scales that are found once, by hearing clips.

Matrix products, one scale a column for weights, one a tensor for activations (`quantize_static` of
`onnxruntime.quantization`, with QDQ nodes). No time is spent on finding scales while it hears; sounds louder than all
the clips are clipped. Text decoders keep what they are: a calibration of every step of a text is not one of a clip.

On x86 without VNNI, products of 8 bits may overflow (onnxruntime's documentation of quantisation): `reduce_range`
then takes 7 bits for weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from onnx import TensorProto
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from allears.compress import METHODS
from allears.compress.calibration import Calibration
from allears.compress.file_method import FileMethod, Nodes, WriteFile
from allears.export.quiet import quiet
from allears.runtime.model_folder import ModelFolder

__all__ = ["int8_static"]

Range = Literal["minmax", "percentile"]
_RANGES = {"minmax": CalibrationMethod.MinMax, "percentile": CalibrationMethod.Percentile}


@METHODS.register
def int8_static(
    *, min_bytes: int = 1_000_000, num_clips: int = 8, find: Range = "minmax", reduce_range: bool = False
) -> FileMethod:
    """8-bit weights and activations, calibrated on clips.

    Args:
        min_bytes: units of fewer bytes of weights stay float.
        num_clips: that scales are found on.
        find: `minmax`: everything that was heard fits; `percentile`: all but the loudest thousandth does.
        reduce_range: 7 bits for weights.

    Raises:
        ValueError: another word in `find`.
    """
    if find not in _RANGES:
        raise ValueError(f"find is {find!r}: give {' or '.join(_RANGES)}")

    def prepare(model: ModelFolder, _: Nodes, clips: Sequence[np.ndarray]) -> WriteFile:
        calibration = Calibration(model, clips[:num_clips])

        def write(source: Path, target: Path, names: Sequence[str]) -> None:
            with quiet():
                quantize_static(
                    source,
                    target,
                    _Reader(iter(calibration.feeds(source.name))),
                    quant_format=QuantFormat.QDQ,
                    op_types_to_quantize=["MatMul"],
                    nodes_to_quantize=list(names),
                    per_channel=True,
                    reduce_range=reduce_range,
                    activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8,
                    calibrate_method=_RANGES[find],
                    extra_options={
                        "ActivationSymmetric": False,
                        "WeightSymmetric": True,
                        "DefaultTensorType": TensorProto.FLOAT,
                    },
                )

        return write

    return FileMethod(prepare, ("MatMul",), min_bytes, skips=lambda file: "decoder" in file)


class _Reader(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Examples one by one, as the quantiser asks for them."""

    def __init__(self, feeds: Iterator[dict[str, np.ndarray]]) -> None:
        self._feeds = feeds

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._feeds, None)
