"""Sparse task vectors: each task says what it needs with few numbers.

penalty = weight * sum_k ||v_k||_1 over the sharing's task vectors v_k (Tibshirani 1996).
"""

from __future__ import annotations

import torch

from allears.regularise import REGULARISERS
from allears.regularise.base import Terms, check_weight
from allears.regularise.stateless import Stateless

__all__ = ["task_vector_sparsity"]


@REGULARISERS.register
def task_vector_sparsity(*, terms: Terms, weight: float) -> Stateless:
    """The sum of absolute values of the sharing's task vectors; `parts` has no say."""
    check_weight(weight)
    ask = terms.task_vectors
    if ask is None:
        raise ValueError(
            "the sharing has no task vectors: choose one that has (task-attention, film), or leave this out"
        )
    if not all(vector.requires_grad for vector in ask().values()):
        raise ValueError("the sharing gives task vectors that no gradient reaches: nothing could be made sparse")
    return Stateless(lambda: torch.stack([vector.abs().sum() for vector in ask().values()]).sum(), weight)
