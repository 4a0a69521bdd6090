"""Small networks that several ways to share are made of. All of them work frame by frame: padding cannot matter.

Letters: B clips, T frames, D width of the features, H hidden width, E experts.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

__all__ = ["Bottleneck", "blend", "own_parameters", "tower"]


class Bottleneck(nn.Module):
    """What is added to a frame: up(gelu(down(norm(x)))), (..., D) -> (..., D) over H in the middle.

    It starts as 0, so whatever adds it starts as if it were not there: a pretrained head goes on hearing what it knows.
    """

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.down = nn.Linear(dim, width)
        self.up = nn.Linear(width, dim)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.up(nn.functional.gelu(self.down(self.norm(x))))


class _Residual(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


def tower(dim: int, width: int, num_blocks: int) -> nn.Sequential:
    """`num_blocks` residual bottlenecks, one on the other, (..., D) -> (..., D); starts as the identity."""
    return nn.Sequential(*(_Residual(Bottleneck(dim, width)) for _ in range(num_blocks)))


def blend(weights: Tensor, outputs: Sequence[Tensor]) -> Tensor:
    """sum_e weights_e * outputs_e a frame: (B, T, E) and E times (B, T, D) -> (B, T, D)."""
    return torch.einsum("bte,ebtd->btd", weights, torch.stack(list(outputs)))


def own_parameters(*modules: nn.Module) -> list[nn.Parameter]:
    """Parameters of these modules, each once."""
    return list(dict.fromkeys(p for module in modules for p in module.parameters()))
