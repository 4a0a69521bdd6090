"""FiLM: a learned vector a task scales and shifts every feature.

y_k = gamma_k * x_k + beta_k, (gamma_k - 1, beta_k) = W z_k, x_k what task k reads of the layers, z_k its vector.
Source: Perez et al. 2018, "FiLM: Visual Reasoning with a General Conditioning Layer"; predicting gamma - 1 is theirs,
too. Ours differs: what conditions is the task, not a question, and W has no bias, so that z_k = 0 changes nothing; that
is where every task starts, and the vectors' places are learned and not drawn.

Letters: L layers, B clips, T frames, D width, Z size of a task vector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import own_parameters
from allears.sharing._checks import check_counts
from allears.sharing._layer_mix import LayerMix

__all__ = ["Film", "film"]


class Film(nn.Module):
    """See the module. Attribute `vectors`: task name -> (Z,)."""

    def __init__(self, reads: Mapping[str, str], dim: int, num_layers: int, size: int) -> None:
        super().__init__()
        self.mix = LayerMix(reads, dim, num_layers)
        self.vectors = nn.ParameterDict({task: nn.Parameter(torch.zeros(size)) for task in reads})
        self.generate = nn.Linear(size, 2 * dim, bias=False)

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        inputs = self.mix.read(hidden, tuple(self.vectors) if tasks is None else tuple(tasks))
        return {task: self._modulate(task, x) for task, x in inputs.items()}

    def _modulate(self, task: str, x: Tensor) -> Tensor:
        gain, shift = self.generate(self.vectors[task]).chunk(2)
        return (1.0 + gain) * x + shift

    def task_vectors(self) -> dict[str, Tensor]:
        return dict(self.vectors.items())

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        return own_parameters(self.generate) if len(self.vectors) > 1 else []


@SHARINGS.register
def film(*, reads: Mapping[str, str], dim: int, num_layers: int, size: int = 32) -> Film:
    """A vector of `size` a task -> scale and shift of every feature.

    Raises:
        ValueError: a size below 1.
    """
    check_counts(size=size)
    return Film(reads, dim, num_layers, size)
