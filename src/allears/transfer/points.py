"""How metrics are counted when two models are compared: rates in points (hundredths), the rest in its own unit."""

from __future__ import annotations

__all__ = ["is_higher_better", "points_in"]

_RATES = (
    "wer",
    "cer",
    "accuracy",
    "macro_f1",
    "roc_auc",
    "eer",
    "map",
    "ccc",
    "intent_accuracy",
    "slot_f1",
    "whole_right",
    "phone_error_rate",
)
_LOWER_IS_BETTER = (
    "wer",
    "cer",
    "eer",
    "mae",
    "loss",
    "phone_error_rate",
    "phone_error_db",
    "relative_distance",
)  # better when lower


def points_in(metric: str) -> float:
    """Points that one whole of the metric has: 100 of a rate, else 1."""
    return 100.0 if metric in _RATES else 1.0


def is_higher_better(metric: str) -> bool:
    """Of a metric known by its name alone; where the task is at hand, ask it."""
    return metric not in _LOWER_IS_BETTER
