"""LoRA: matrices keep their weights, and a product of two thin ones beside each learns what is to change.

h = W x + (alpha / r) B A x, A (r, D) and B (C, r); W stays, A starts random and B at 0, so that nothing changes at
first. Source: Hu et al. 2021, "LoRA: Low-rank adaptation of large language models". Ours differs: A is drawn as a
linear layer's weights are (the paper: Gaussian), as in the authors' own code. When training is over,
W + (alpha / r) B A takes the place of W: nothing is left that costs time.

Letters: C outputs, D inputs of a matrix, r rank.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

__all__ = ["LoraLinear", "add_lora", "merge_lora"]


class LoraLinear(nn.Linear):
    """A linear layer with its own weights frozen; `weight` and `bias` keep their names.

    Args:
        layer: whose weights these are, from here on.
        rank: r.
        alpha: how much is made of what is learned, over r.
    """

    def __init__(self, layer: nn.Linear, *, rank: int, alpha: float) -> None:
        super().__init__(layer.in_features, layer.out_features, bias=layer.bias is not None, device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        self.scale = alpha / rank
        self.down = nn.Parameter(layer.weight.new_empty(rank, layer.in_features))
        self.up = nn.Parameter(layer.weight.new_zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))
        self.weight.requires_grad_(False)
        if self.bias is not None:
            self.bias.requires_grad_(False)

    def forward(self, input: Tensor) -> Tensor:
        thin = nn.functional.linear(nn.functional.linear(input, self.down), self.up)
        return super().forward(input) + self.scale * thin

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """A plain layer that does the same."""
        layer = nn.Linear(self.in_features, self.out_features, bias=self.bias is not None, device=self.weight.device)
        layer.weight.copy_(self.weight + self.scale * self.up @ self.down)
        if self.bias is not None:
            layer.bias.copy_(self.bias)
        return layer


def add_lora(module: nn.Module, layers: Iterable[str], *, rank: int, alpha: float) -> int:
    """Put LoRA beside the named linear layers of a module. Returns how many parameters train there.

    Raises:
        ValueError: a rank below 1, or one that saves nothing.
    """
    count = 0
    for name in layers:
        layer = module.get_submodule(name)
        assert isinstance(layer, nn.Linear), name
        if not 1 <= rank < min(layer.in_features, layer.out_features):
            raise ValueError(
                f"rank is {rank}, and {name} is {layer.out_features} x {layer.in_features}: give 1 or more, and less "
                "than its smaller side"
            )
        new = LoraLinear(layer, rank=rank, alpha=alpha)
        module.set_submodule(name, new)
        count += new.down.numel() + new.up.numel()
    return count


def merge_lora(module: nn.Module) -> int:
    """Make plain linear layers of all with LoRA, in place. Returns how many."""
    names = [name for name, layer in module.named_modules() if isinstance(layer, LoraLinear)]
    for name in names:
        layer = module.get_submodule(name)
        assert isinstance(layer, LoraLinear)
        module.set_submodule(name, layer.merged())
    return len(names)
