"""Running numbers over a data set, on scikit-learn where it has the measure."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score, roc_curve
from torch import Tensor

__all__ = ["Accuracy", "EqualErrorRate", "FrameAuc", "MacroF1", "equal_error_rate"]


class _Classes:
    def __init__(self) -> None:
        self.said: list[int] = []
        self.true: list[int] = []

    def update(self, output: Tensor, target: Tensor, num_frames: Tensor) -> None:
        self.said += output.argmax(-1).tolist()
        self.true += target.tolist()


class Accuracy(_Classes):
    """Share of clips whose likeliest class is the right one."""

    name, higher_is_better = "accuracy", True

    def compute(self) -> float | None:
        return float(np.mean(np.equal(self.said, self.true))) if self.true else None


class MacroF1(_Classes):
    """F1 of each class, averaged without regard to how common it is."""

    name, higher_is_better = "macro_f1", True

    def compute(self) -> float | None:
        return float(f1_score(self.true, self.said, average="macro", zero_division=0)) if self.true else None


class FrameAuc:
    """Area under the ROC curve over frames of (P, T, 1) logits; None until both classes were seen."""

    name, higher_is_better = "roc_auc", True

    def __init__(self) -> None:
        self.scores: list[np.ndarray] = []
        self.true: list[np.ndarray] = []

    def update(self, output: Tensor, target: Tensor, num_frames: Tensor) -> None:
        for logits, truth, count in zip(output[:, :, 0], target, num_frames.tolist(), strict=True):
            self.scores.append(logits[:count].float().numpy())
            self.true.append(truth[:count].numpy() > 0.5)

    def compute(self) -> float | None:
        true = np.concatenate(self.true) if self.true else np.zeros(0, bool)
        if not 0 < true.sum() < len(true):
            return None
        return float(roc_auc_score(true, np.concatenate(self.scores)))


def equal_error_rate(scores: np.ndarray, is_same: np.ndarray) -> float:
    """Where false accepts and false rejects are equally common, 0 to 1, from scores (N,) and truth (N,) bool.

    Between two thresholds the curve is a straight line, as the area under it takes it to be.
    """
    false_accept, true_accept, _ = roc_curve(is_same, scores)
    return float(np.interp(0.0, false_accept + true_accept - 1.0, false_accept))


class EqualErrorRate:
    """Equal error rate over all pairs of the clips seen, from embeddings (P, E) and their classes."""

    name, higher_is_better = "eer", False

    def __init__(self) -> None:
        self.vectors: list[np.ndarray] = []
        self.classes: list[int] = []

    def update(self, output: Tensor, target: Tensor, num_frames: Tensor) -> None:
        self.vectors += list(output.float().numpy())
        self.classes += target.tolist()

    def compute(self) -> float | None:
        classes = np.array(self.classes)
        rows, columns = np.triu_indices(len(classes), k=1)
        is_same = classes[rows] == classes[columns]
        if not is_same.any() or is_same.all():
            return None
        vectors = np.stack(self.vectors)
        return equal_error_rate((vectors @ vectors.T)[rows, columns], is_same)
