"""How the losses were weighed over time."""

from __future__ import annotations

from allears.report.figures.curves import draw_weights
from allears.report.material import Material
from allears.report.page import Missing, Section
from allears.report.series import weight_curves
from allears.report.words import listed, number

__all__ = ["balance"]


def balance(material: Material) -> Section:
    """A picture where weights move, a sentence where they do not."""
    run = material.run
    weights = {task: points for task, points in weight_curves(run).items() if points}
    kind = run.recipe["balance"]["kind"]
    if not weights:
        missing = Missing("weights of the losses", "the log has no `train` record with weights: train a step")
        return Section("weights", "Weights over time", missing=(missing,))
    last = {task: points[-1][1] for task, points in weights.items()}
    moved = {task: points for task, points in weights.items() if _spread(points) > 1e-6}
    data = {"weights": weights}
    if not moved:
        fixed = listed([f"{task} {number(value)}" for task, value in last.items()])
        return Section(
            "weights", "Weights over time", (f"The weights stayed as they were ({kind}): {fixed}.",), data=data
        )
    total = sum(last.values()) or 1.0
    heavy = max(last, key=lambda task: last[task])
    says = [
        f"{kind} gave {heavy} the largest weight at the end, {number(last[heavy])} ({last[heavy] / total:.0%} of all)."
    ]
    far = max(moved, key=lambda task: _spread(moved[task]))
    says.append(f"{far} moved most: from {number(weights[far][0][1])} to {number(last[far])}.")
    light = [task for task, value in last.items() if value < 0.05 * total / len(last)]
    alarms = (f"{listed(light)} hardly counts any more: less than a twentieth of an even share.",) if light else ()
    return Section("weights", "Weights over time", tuple(says), alarms, (draw_weights(weights, run.tasks),), data=data)


def _spread(points: list[tuple[int, float]]) -> float:
    values = [value for _, value in points]
    return (max(values) - min(values)) / (max(abs(value) for value in values) or 1.0)
