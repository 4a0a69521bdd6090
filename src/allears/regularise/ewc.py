"""EWC: weights that earlier tasks need stay where they are, the others are free.

penalty = lambda / 2 * sum_i F_i (theta_i - theta*_i)^2, theta* the weights when the last phase ended, lambda =
`weight`, F_i = mean over clips of (d loss / d theta_i)^2, summed over that phase's tasks: the diagonal of the empirical
Fisher matrix where a loss is a negative log-likelihood. Source: Kirkpatrick et al. 2017, "Overcoming catastrophic
forgetting in neural networks". Ours differs: labels are the ones given, not drawn from the model; the Fisher matrices
of all phases so far are added up and held against the newest weights, one penalty for all (Huszar 2018; the online EWC
of Schwarz et al. 2018 with gamma 1), where the paper keeps one for each task.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from allears.regularise import REGULARISERS
from allears.regularise.base import Sensitivity, Terms, check_parameters, check_weight, copy_into, detached

__all__ = ["Ewc", "ewc"]


class Ewc:
    """See the module. Anchor and Fisher diagonal are part of a checkpoint: twice as many numbers as they guard."""

    def __init__(self, terms: Terms, weight: float, num_batches: int) -> None:
        self._parameters, self._weight, self._num_batches = terms.parameters, weight, num_batches
        self._anchor = detached(terms.parameters)
        self._fisher = {name: torch.zeros_like(value) for name, value in self._anchor.items()}

    def penalty(self, progress: float) -> Tensor:
        away = [(self._fisher[n] * (p - self._anchor[n]).square()).sum() for n, p in self._parameters.items()]
        return 0.5 * self._weight * torch.stack(away).sum()

    def start_phase(self, sensitivity: Sensitivity) -> None:
        found = sensitivity(self._num_batches, self._parameters)
        for name, value in self._fisher.items():
            value.add_(found[name])
        self._anchor = detached(self._parameters)

    def state_dict(self) -> dict[str, Any]:
        return {"anchor": self._anchor, "fisher": self._fisher}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        copy_into(self._anchor, state["anchor"], "anchor")
        copy_into(self._fisher, state["fisher"], "Fisher diagonal")


@REGULARISERS.register
def ewc(*, terms: Terms, weight: float, num_batches: int = 8) -> Ewc:
    """Distance to the last phase's weights, each weighed by how much that phase's tasks depend on it, as `num_batches`
    batches of their clips tell. Nothing in the first phase."""
    check_weight(weight)
    check_parameters(terms)
    if num_batches < 1:
        raise ValueError(f"num_batches must be 1 or more, got {num_batches}: the Fisher matrix is measured on them")
    return Ewc(terms, weight, num_batches)
