"""L2-SP: stay near the weights one started from, not near 0.

penalty = alpha / 2 * ||w_S - w_S^0||^2 with w_S the weights named by `parts`, w_S^0 their values at the start of the
run (pretrained) and alpha = `weight`. Source: Li, Grandvalet & Davoine 2018, "Explicit Inductive Bias for Transfer
Learning with Convolutional Networks". Ours differs: their second term, beta / 2 * ||w_new||^2 on fresh weights, is `l2`
on other parts; and with `at: phase` the anchor moves to where each phase of a sequential run begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import Tensor

from allears.regularise import REGULARISERS
from allears.regularise.base import Sensitivity, Terms, check_parameters, check_weight, copy_into, detached

__all__ = ["L2Sp", "l2_sp"]


class L2Sp:
    """See the module. The anchor is part of a checkpoint: as many numbers as it holds."""

    def __init__(self, terms: Terms, weight: float, moves: bool) -> None:
        self._parameters, self._weight, self._moves = terms.parameters, weight, moves
        self._anchor = detached(terms.parameters)

    def penalty(self, progress: float) -> Tensor:
        away = [(p - self._anchor[name]).square().sum() for name, p in self._parameters.items()]
        return 0.5 * self._weight * torch.stack(away).sum()

    def start_phase(self, sensitivity: Sensitivity) -> None:
        if self._moves:
            self._anchor = detached(self._parameters)

    def state_dict(self) -> dict[str, Any]:
        return {"anchor": self._anchor}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        copy_into(self._anchor, state["anchor"], "anchor")


@REGULARISERS.register
def l2_sp(*, terms: Terms, weight: float, at: Literal["start", "phase"] = "start") -> L2Sp:
    """Squared distance to the weights at the start of the run, or, with `at: phase`, of the phase."""
    check_weight(weight)
    check_parameters(terms)
    if at not in ("start", "phase"):
        raise ValueError(f"at is {at!r}, allowed are 'start' (of the run) and 'phase'")
    return L2Sp(terms, weight, moves=at == "phase")
