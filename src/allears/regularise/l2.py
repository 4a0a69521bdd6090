"""L2: small weights. penalty = weight / 2 * sum_i theta_i^2 (ridge; Hoerl & Kennard 1970).

Not what `optim.weight_decay` does: AdamW shrinks weights beside the gradient (Loshchilov & Hutter 2019), this is part
of the gradient and so of Adam's moments. For a pull that means the same for every weight, take `weight_decay`.
"""

from __future__ import annotations

import torch

from allears.regularise import REGULARISERS
from allears.regularise.base import Terms, check_parameters, check_weight
from allears.regularise.stateless import Stateless

__all__ = ["l2"]


@REGULARISERS.register
def l2(*, terms: Terms, weight: float) -> Stateless:
    """Half the sum of squared weights."""
    check_weight(weight)
    check_parameters(terms)
    parameters = list(terms.parameters.values())
    return Stateless(lambda: 0.5 * torch.stack([p.square().sum() for p in parameters]).sum(), weight)
