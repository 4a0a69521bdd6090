"""Which parameters the gradient of which task reaches, found out by asking autograd once.

In: encoder, sharing, names of tasks. Out: task -> parameters. No list kept by hand can go stale: a tapped depth, a
frozen layer, a tower of one task are all seen. A parameter is reached if its gradient is not zero: layers that are only
stacked together hang in one graph. The weights are shaken for it, since what begins at zero hides what lies before it.

Letters: L layers, B clips, S samples, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from allears.encoders.base import Encoder, Hidden, some_input
from allears.sharing.base import Sharing
from allears.steady import steady

__all__ = ["reached_by"]

_PROBE_S = 0.5  # several frames of any encoder
_PROBE_FRAMES = 4
_SHAKE = 0.01  # standard deviation of what is added to the weights meanwhile


def reached_by(encoder: nn.Module, sharing: nn.Module, tasks: Sequence[str]) -> dict[str, list[nn.Parameter]]:
    """Task -> trainable parameters of encoder and sharing that its features depend on, in the order of the modules."""
    trainable = [p for module in (encoder, sharing) for p in module.parameters() if p.requires_grad]
    if not trainable:
        return {task: [] for task in tasks}
    kept = [p.detach().clone() for p in trainable]
    with steady(nn.ModuleList([encoder, sharing])), torch.enable_grad():
        try:
            _shake(trainable)
            features = cast(Sharing, sharing)(_probe(encoder, trainable[0].device), tasks)
            return {task: _reached(features[task], trainable) for task in tasks}
        finally:
            with torch.no_grad():
                torch._foreach_copy_(list[Tensor](trainable), kept)


@torch.no_grad()
def _shake(parameters: Sequence[nn.Parameter]) -> None:
    for parameter in parameters:
        parameter.add_(_SHAKE * torch.randn_like(parameter))


def _probe(encoder: nn.Module, device: torch.device) -> Hidden:
    """What the encoder makes of a little noise; random layers where it has nothing to train."""
    if not any(p.requires_grad for p in encoder.parameters()):
        heard = cast(Encoder, encoder)
        layers = torch.randn(heard.num_layers, 1, _PROBE_FRAMES, heard.dim, device=device)
        return Hidden(layers, torch.tensor([_PROBE_FRAMES], device=device))
    audio = some_input(encoder, 1, _PROBE_S, device)
    hidden: Hidden = cast(Encoder, encoder)(audio, torch.tensor([audio.shape[1]], device=device))
    return hidden


def _reached(features: Tensor, parameters: Sequence[nn.Parameter]) -> list[nn.Parameter]:
    if not features.requires_grad:
        return []
    loss = (features * torch.randn_like(features)).sum()
    grads = torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True)
    return [p for p, grad in zip(parameters, grads, strict=True) if grad is not None and bool(grad.any())]
