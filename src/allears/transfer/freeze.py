"""Keep part of a model's weights as they are.

In: a module and what to freeze. Out: how many parameters no longer train. What is frozen also runs in eval mode while
nothing in it trains (no dropout: nothing there is left to regularise), and since all that lies below it is frozen, too,
no activations of it are kept for the backward pass.

An encoder tells its parts by `stages()`, or by names: `conv...` for the front, `layers` for the stack.
"""

from __future__ import annotations

from torch import nn

from allears.encoders.base import HasStages, Stages

__all__ = ["freeze", "hold", "stages_of"]


def freeze(encoder: nn.Module, what: str) -> int:
    """Freeze `none`, `all`, `conv` or `lower N` (N layers and all below them). Returns how many parameters.

    Raises:
        ValueError: anything else, or more layers than there are.
    """
    count = 0
    for module in _chosen(encoder, what):
        count += hold(module)
    return count


def hold(module: nn.Module) -> int:
    """Keep all weights of a module. Returns how many parameters."""
    module.requires_grad_(False)
    module.register_forward_pre_hook(_still)
    return sum(p.numel() for p in module.parameters())


def _still(module: nn.Module, _: object) -> None:
    """Eval mode, unless somebody trains it again."""
    if module.training and not any(p.requires_grad for p in module.parameters()):
        module.eval()


def _chosen(encoder: nn.Module, what: str) -> list[nn.Module]:
    if what == "none":
        return []
    if what == "all":
        return [encoder]
    stages = stages_of(encoder)
    word, _, count = what.partition(" ")
    if what == "conv" and stages.conv:
        return list(stages.conv)
    if word == "lower" and count.isdigit():
        if int(count) <= len(stages.layers):
            return [*stages.conv, *stages.between, *stages.layers[: int(count)]]
        raise ValueError(f"cannot freeze the lowest {count} layers: the encoder has {len(stages.layers)}")
    raise ValueError(f"cannot freeze {what!r}: use none, all, conv or 'lower N' ({type(encoder).__name__})")


def stages_of(encoder: nn.Module) -> Stages:
    """What the encoder says, or else what the names of its modules say."""
    if isinstance(encoder, HasStages):
        return encoder.stages()
    front = tuple(module for name, module in encoder.named_children() if name.startswith("conv"))
    return Stages(front, (), tuple(getattr(encoder, "layers", ())))
