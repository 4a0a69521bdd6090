"""Adapters: each task adds a small bottleneck of its own to what it reads.

y_k = x_k + U_k gelu(D_k norm(x_k)), x_k what task k reads of the layers.
Source: Houlsby et al. 2019, "Parameter-Efficient Transfer Learning for NLP". Ours differs: they put two into every
layer of the encoder, so that the encoder has to run once a task; ours stand behind it, so that one pass serves all
tasks. U_k starts as exactly 0, theirs near it.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import Bottleneck
from allears.sharing._checks import check_counts
from allears.sharing._layer_mix import LayerMix

__all__ = ["Adapters", "adapters"]


class Adapters(nn.Module):
    """See the module. Attribute `adapters`: task name -> its bottleneck."""

    def __init__(self, reads: Mapping[str, str], dim: int, num_layers: int, width: int) -> None:
        super().__init__()
        self.mix = LayerMix(reads, dim, num_layers)
        self.adapters = nn.ModuleDict({task: Bottleneck(dim, width) for task in reads})

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        inputs = self.mix.read(hidden, tuple(self.adapters) if tasks is None else tuple(tasks))
        return {task: x + self.adapters[task](x) for task, x in inputs.items()}

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        return []


@SHARINGS.register
def adapters(*, reads: Mapping[str, str], dim: int, num_layers: int, width: int = 64) -> Adapters:
    """A bottleneck of `width` a task behind the encoder.

    Raises:
        ValueError: a width below 1.
    """
    check_counts(width=width)
    return Adapters(reads, dim, num_layers, width)
