"""What every way to share begins with: the layers of the encoder become one input a task.

`mix`: a softmax over the layers, learned per task, as in ELMo (Peters et al. 2018) and SUPERB (Yang et al. 2021).
Ours differs from SUPERB: each layer is layer-normed (without learned scale) before the sum, since Whisper's last layer
is normed and the others are not, and a large layer would otherwise drown the rest.
`last`: the encoder's output as it is.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden

__all__ = ["LayerMix"]


class LayerMix(nn.ParameterDict):
    """Task name -> (L,) logits of its layer weights, for the tasks that read `mix`.

    Args:
        reads: task -> `mix` or `last`.
        dim: D.
        num_layers: L.

    Raises:
        ValueError: another word in `reads`.
    """

    def __init__(self, reads: Mapping[str, str], dim: int, num_layers: int) -> None:
        bad = {task: how for task, how in reads.items() if how not in ("mix", "last")}
        if bad:
            raise ValueError(f"a task reads 'mix' or 'last', got {bad}: set `reads` in its file")
        mixed = [task for task, how in reads.items() if how == "mix"]
        super().__init__({task: nn.Parameter(torch.zeros(num_layers)) for task in mixed})
        self.dim = dim

    def read(self, hidden: Hidden, tasks: Sequence[str]) -> dict[str, Tensor]:
        """Input (B, T, D) of each named task; tasks that read `last` get the same tensor."""
        mixed = [task for task in tasks if task in self]
        last = hidden.layers[-1]
        features = {task: last for task in tasks if task not in self}
        if mixed:
            normed = nn.functional.layer_norm(hidden.layers, (self.dim,))
            weights = torch.stack([self[task].softmax(0) for task in mixed])
            for task, row in zip(mixed, weights, strict=True):
                features[task] = torch.einsum("l,lbtd->btd", row, normed)
        return features

    def layer_weights(self) -> dict[str, Tensor]:
        """Task -> (L,) weights that sum to 1, for pictures; tasks that read `last` have none."""
        return {task: logits.detach().softmax(0) for task, logits in self.items()}
