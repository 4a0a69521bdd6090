"""Rates of error and of success, from plain arrays and texts. No torch.

In: scores with the truth, or texts with what was said. Out: a number between 0 and 1; None where there is nothing to
count.

Letters: N trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

__all__ = ["area_under_curve", "equal_error", "text_error"]


def area_under_curve(scores: np.ndarray, is_true: np.ndarray) -> float | None:
    """Area under the ROC curve: how often a true trial scores higher than a false one; equal scores count half.

    Computed from ranks (Mann and Whitney 1947): (sum of ranks of the true - P (P + 1) / 2) / (P Q), P true, Q false.
    None unless there are both.
    """
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]  # equal scores share their mean rank
    num_true, num_false = int(is_true.sum()), int((~is_true).sum())
    if not num_true or not num_false:
        return None
    return float((ranks[is_true].sum() - num_true * (num_true + 1) / 2) / (num_true * num_false))


def equal_error(scores: np.ndarray, is_same: np.ndarray) -> float | None:
    """Where false accepts and false rejects are equally common, on the straight line between two thresholds.

    None unless there are both kinds of trials.
    """
    if not is_same.any() or is_same.all():
        return None
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)  # thresholds lie between different scores
    accepts = np.concatenate([[0.0], (np.cumsum(~is_same[order]) / (~is_same).sum())[last]])
    hits = np.concatenate([[0.0], (np.cumsum(is_same[order]) / is_same.sum())[last]])
    return float(np.interp(0.0, accepts + hits - 1.0, accepts))


def text_error(said: Sequence[str], written: Sequence[str], unit: Literal["wer", "cer"]) -> float | None:
    """Word or character error rate over all texts together; None if nothing was said. Counted by jiwer."""
    import jiwer

    if not said:
        return None
    rate = jiwer.wer if unit == "wer" else jiwer.cer
    return float(rate(list(said), list(written)))
