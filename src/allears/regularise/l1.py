"""L1: few weights that count, the others near 0. penalty = weight * sum_i |theta_i| (Tibshirani 1996)."""

from __future__ import annotations

import torch

from allears.regularise import REGULARISERS
from allears.regularise.base import Terms, check_parameters, check_weight
from allears.regularise.stateless import Stateless

__all__ = ["l1"]


@REGULARISERS.register
def l1(*, terms: Terms, weight: float) -> Stateless:
    """The sum of absolute weights."""
    check_weight(weight)
    check_parameters(terms)
    parameters = list(terms.parameters.values())
    return Stateless(lambda: torch.stack([p.abs().sum() for p in parameters]).sum(), weight)
