"""Keep part of a model's weights as they are.

In: a module and what to freeze. Out: how many parameters no longer train.
An encoder names its front convolutions `conv...` and its stack `layers`; that is all this file knows of it.
"""

from __future__ import annotations

from torch import nn

__all__ = ["freeze"]


def freeze(encoder: nn.Module, what: str) -> int:
    """Freeze `none`, `all`, `conv` or `lower N` (front convolutions and lowest N layers). Returns parameters frozen.

    Raises:
        ValueError: anything else, or more layers than there are.
    """
    frozen = [p for module in _chosen(encoder, what) for p in module.parameters()]
    for parameter in frozen:
        parameter.requires_grad_(False)
    return sum(p.numel() for p in frozen)


def _chosen(encoder: nn.Module, what: str) -> list[nn.Module]:
    if what == "none":
        return []
    if what == "all":
        return [encoder]
    front = [module for name, module in encoder.named_children() if name.startswith("conv")]
    word, _, count = what.partition(" ")
    if what == "conv" and front:
        return front
    if word == "lower" and count.isdigit():
        layers = list(getattr(encoder, "layers", []))
        if int(count) <= len(layers):
            return [*front, *layers[: int(count)]]
        raise ValueError(f"cannot freeze the lowest {count} layers: the encoder has {len(layers)}")
    raise ValueError(f"cannot freeze {what!r}: use none, all, conv or 'lower N' ({type(encoder).__name__})")
