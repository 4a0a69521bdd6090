"""Hard sharing: every task reads the same encoder; each may weigh its layers in its own way.

See `_layer_mix.py` for what `mix` and `last` are; there is nothing else here.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._layer_mix import LayerMix

__all__ = ["HardSharing", "hard"]


class HardSharing(nn.Module):
    """See the module. Attribute `mix`: task name -> (L,) logits of its layer weights."""

    def __init__(self, reads: Mapping[str, str], dim: int, num_layers: int) -> None:
        super().__init__()
        self.tasks = tuple(reads)
        self.mix = LayerMix(reads, dim, num_layers)

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        return self.mix.read(hidden, self.tasks if tasks is None else tuple(tasks))

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        return []


@SHARINGS.register
def hard(*, reads: Mapping[str, str], dim: int, num_layers: int) -> HardSharing:
    """One encoder for all; a learned layer mix per task."""
    return HardSharing(reads, dim, num_layers)
