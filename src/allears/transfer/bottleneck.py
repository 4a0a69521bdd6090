"""Adapters: small networks behind the two halves of a Transformer layer, which alone learn.

y = W x + b, then y + U gelu(D y), before the half's input is added. Source: Houlsby et al. 2019, "Parameter-efficient
transfer learning for NLP". Ours differs: U starts at 0 rather than near it, and the layer norms stay as they are. What
is between D and U bends, so that it cannot be put into W: unlike LoRA, adapters stay in the graph, are exported with a
whole model, and are no file that the runtime can put on and take off.

Letters: C outputs of a layer, H size of the adapter.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor, nn

__all__ = ["AdaptedLinear", "add_bottlenecks"]


class AdaptedLinear(nn.Linear):
    """A linear layer, frozen, and an adapter behind it; `weight` and `bias` keep their names.

    Args:
        layer: whose weights these are, from here on.
        size: H.
    """

    def __init__(self, layer: nn.Linear, *, size: int) -> None:
        super().__init__(layer.in_features, layer.out_features, bias=layer.bias is not None, device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        self.requires_grad_(False)
        self.down, self.up = nn.Linear(layer.out_features, size), nn.Linear(size, layer.out_features)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, input: Tensor) -> Tensor:
        y = super().forward(input)
        out: Tensor = y + self.up(nn.functional.gelu(self.down(y)))
        return out


def add_bottlenecks(module: nn.Module, layers: Iterable[str], *, size: int) -> int:
    """Put an adapter behind the named linear layers. Returns how many parameters train there."""
    count = 0
    for name in layers:
        layer = module.get_submodule(name)
        assert isinstance(layer, nn.Linear), name
        new = AdaptedLinear(layer, size=size)
        module.set_submodule(name, new)
        count += sum(p.numel() for p in (*new.down.parameters(), *new.up.parameters()))
    return count
