"""Where the line is between what a set of labels knows and what is none of its business.

In: a trained model and dev sentences in scope. Out: their scores, and the threshold that keeps a given share of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from allears.model import MultiTaskModel
from allears.understand.learn.feed import Piece, collate
from allears.understand.learn.tasks import SCOPE
from allears.understand.scope import scope_score

__all__ = ["choose_threshold", "scope_scores"]


@torch.no_grad()
def scope_scores(model: MultiTaskModel, items: Sequence[Piece], set_name: str, batch_size: int = 64) -> np.ndarray:
    """Score of each sentence as one of the set."""
    found, intent = np.zeros(len(items)), f"intent-{set_name}"
    order = sorted(range(len(items)), key=lambda i: len(items[i].numbers))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        batch = collate([items[i] for i in rows], {})
        logits = model(batch.audio, batch.num_samples, [SCOPE, intent])
        pairs = zip(logits[intent].numpy(), logits[SCOPE].numpy(), strict=True)
        found[rows] = [scope_score(one, scope) for one, scope in pairs]
    return found


def choose_threshold(model: MultiTaskModel, inside: Sequence[Piece], set_name: str, *, kept: float) -> float:
    """The highest threshold that `kept` of these sentences in scope reach.

    Raises:
        ValueError: there is no sentence.
    """
    if not inside:
        raise ValueError(f"no dev sentence of {set_name!r} is in scope, so there is no threshold: give dev sentences")
    return float(np.quantile(scope_scores(model, inside, set_name), 1.0 - kept))
