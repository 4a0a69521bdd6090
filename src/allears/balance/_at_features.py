"""Gradients of each task on the encoder's layers: the encoder itself is gone through once, with their weighted sum.

In: losses and the layers they were computed from. Out: rows of gradients, and what sends their weighted sum through
the encoder into `.grad`. The update is exactly sum_k w_k g_k; what is approximate is that the weights come from
gradients on features (Sener & Koltun 2018, section 3.3, MGDA-UB: an upper bound of the problem on parameters).

Letters: K tasks, P numbers in the features, L * B * T * D.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from allears.balance._at_parameters import add_grad

__all__ = ["FeatureGradients"]


class FeatureGradients:
    """See `TaskGradients`; the graph above the features lives until the losses are dropped.

    Shared parameters behind the features (experts, adapters) get the same weighted sum; they have no say in the rows.

    Raises:
        ValueError: a loss reaches the encoder past the features.
    """

    def __init__(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        features: Tensor,
        factors: Mapping[str, float],
    ) -> None:
        self._features = features
        self._behind: list[list[tuple[Tensor, Tensor]]] = []  # a task: (shared parameter, its gradient)
        self.rows = torch.zeros(len(losses), features.numel(), device=features.device)
        self.num_apart = features.numel()
        below = {id(leaf) for leaf in _leaves(features)}
        together = {id(p) for p in shared}
        for row, (task, loss) in zip(self.rows, losses.items(), strict=True):
            above = [leaf for leaf in _leaves(loss, stop=features) if leaf is not features]
            if any(id(leaf) in below for leaf in above):
                raise ValueError(
                    f"the loss of task {task!r} reaches the encoder past its layers, so gradients at the layers would "
                    "not be all of it: set `at: parameters`"
                )
            factor = torch.full_like(loss, factors[task])
            grads = torch.autograd.grad(loss, [features, *above], factor, retain_graph=True, allow_unused=True)
            if grads[0] is not None:
                row.copy_(grads[0].flatten())
            pairs = [(leaf, grad) for leaf, grad in zip(above, grads[1:], strict=True) if grad is not None]
            self._behind.append([(leaf, grad) for leaf, grad in pairs if id(leaf) in together])
            for leaf, grad in pairs:
                if id(leaf) not in together:
                    add_grad(leaf, grad)

    def apply(self, weights: Sequence[float]) -> None:
        total = torch.tensor(weights, dtype=self.rows.dtype, device=self.rows.device) @ self.rows
        self._features.backward(total.view_as(self._features).to(self._features.dtype))
        for weight, pairs in zip(weights, self._behind, strict=True):
            for leaf, grad in pairs:
                add_grad(leaf, weight * grad)


def _leaves(root: Tensor, *, stop: Tensor | None = None) -> list[Tensor]:
    """Leaves of autograd's graph that `root` depends on, in a fixed order; not looking past `stop`."""
    end = None if stop is None else stop.grad_fn
    seen: set[Any] = set() if end is None else {end}
    found: list[Tensor] = []
    open_nodes: list[Any] = [] if root.grad_fn is None else [root.grad_fn]
    while open_nodes:
        node = open_nodes.pop()
        if node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)  # only nodes that collect a leaf's gradient have it
        if leaf is not None:
            found.append(leaf)
        open_nodes += [below for below, _ in node.next_functions if below is not None]
    return found
