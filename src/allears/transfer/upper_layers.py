"""The last layers of an encoder, to be copied: of Whisper's as it is in torch, or out of an exported file.

In: an encoder, the layer that is kept. Out: the state of what lies above it.
"""

from __future__ import annotations

from torch import Tensor, nn

from allears.encoders.base import HasUpperLayers
from allears.encoders.exported import ExportedEncoder
from allears.runtime.model_folder import ModelFolder
from allears.transfer.exported_model import exported_state

__all__ = ["upper_layers"]


def upper_layers(encoder: nn.Module, at: int) -> dict[str, Tensor]:
    """State of the layers above `Hidden.layers[at]`, `layers.0...` first, and of the norm behind them.

    Weights of an exported encoder are the rounded ones, as floats.

    Raises:
        ValueError: the encoder has no layers of attention to give.
    """
    if isinstance(encoder, HasUpperLayers):
        return encoder.upper_layers(at)
    if isinstance(encoder, ExportedEncoder):
        return dict(_of_file(encoder, at))
    raise ValueError(
        f"sharing branch copies upper layers of attention, and {type(encoder).__name__} has none to give: use it with "
        "the encoders `whisper` and `exported`, or another sharing"
    )


def _of_file(encoder: ExportedEncoder, at: int) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, value in exported_state(ModelFolder(encoder.folder), ()).items():
        kind, _, rest = name.removeprefix("encoder.").partition(".")
        number, _, last = rest.partition(".")
        if kind == "layer_norm":
            found[f"layer_norm.{rest}"] = value
        elif kind == "layers" and int(number) >= at:
            found[f"layers.{int(number) - at}.{last}"] = value
    return found
