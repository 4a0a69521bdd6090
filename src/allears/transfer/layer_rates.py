"""Lower layers learn slower: each layer of the encoder at a fixed share of the rate of the one above it.

rate of layer l = rate * decay^(L - l), l = 1 ... L from the bottom; the front convolutions: decay^L.
Source: Howard & Ruder 2018, "Universal language model fine-tuning for text classification" (discriminative
fine-tuning; decay 1 / 2.6 there); Clark et al. 2020, "ELECTRA" (0.8 or 0.9). What lies above the layers has `rate`.

Letters: L layers.
"""

from __future__ import annotations

from torch import nn

from allears.transfer.freeze import stages_of

__all__ = ["layer_rates"]


def layer_rates(encoder: nn.Module, rate: float, decay: float, start: str = "encoder") -> dict[str, float]:
    """Start of parameter names -> rate, of every layer of the encoder.

    Args:
        encoder: tells its layers, see `freeze.py`.
        rate: of the highest.
        decay: from one layer to the one below, above 0, at most 1.
        start: what its parameters' names begin with.

    Raises:
        ValueError: the encoder has no layers.
    """
    stages = stages_of(encoder)
    if not stages.layers:
        raise ValueError(f"optim.layer_decay is {decay}, but {type(encoder).__name__} has no layers: leave it out")
    name_of = {module: name for name, module in encoder.named_modules()}
    depth = len(stages.layers)
    rates = {f"{start}.{name_of[layer]}": rate * decay ** (depth - 1 - at) for at, layer in enumerate(stages.layers)}
    return rates | {f"{start}.{name_of[module]}": rate * decay**depth for module in (*stages.conv, *stages.between)}
