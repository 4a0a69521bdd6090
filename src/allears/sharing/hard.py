"""Hard sharing: every task reads the same encoder; each may weigh its layers in its own way.

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
from allears.sharing import SHARINGS

__all__ = ["HardSharing", "hard"]


class HardSharing(nn.Module):
    """See the module. Attribute `mix`: task name -> (L,) logits of its layer weights."""

    def __init__(self, reads: Mapping[str, str], dim: int, num_layers: int) -> None:
        super().__init__()
        bad = {task: how for task, how in reads.items() if how not in ("mix", "last")}
        if bad:
            raise ValueError(f"a task reads 'mix' or 'last', got {bad}: set `reads` in its file")
        self.reads, self.dim = dict(reads), dim
        self.mix = nn.ParameterDict(
            {task: nn.Parameter(torch.zeros(num_layers)) for task, how in reads.items() if how == "mix"}
        )

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        wanted = list(self.reads) if tasks is None else list(tasks)
        mixed = [task for task in wanted if task in self.mix]
        features = {task: hidden.layers[-1] for task in wanted if task not in self.mix}
        if mixed:
            normed = nn.functional.layer_norm(hidden.layers, (self.dim,))
            weights = torch.stack([self.mix[task].softmax(0) for task in mixed])
            for task, row in zip(mixed, weights, strict=True):
                features[task] = torch.einsum("l,lbtd->btd", row, normed)
        return features

    def layer_weights(self) -> dict[str, Tensor]:
        """Task -> (L,) weights that sum to 1, for pictures."""
        return {task: logits.detach().softmax(0) for task, logits in self.mix.items()}

    def shared_parameters(self) -> list[nn.Parameter]:
        return []


@SHARINGS.register
def hard(*, reads: Mapping[str, str], dim: int, num_layers: int) -> HardSharing:
    """One encoder for all; a learned layer mix per task."""
    return HardSharing(reads, dim, num_layers)
