"""How each task learned, and whether it still does."""

from __future__ import annotations

from allears.report.figures.curves import Curve, draw_curves
from allears.report.judge import LOSS, Judge
from allears.report.material import Material
from allears.report.page import Missing, Section
from allears.report.series import Points, loss_curves, score_curves
from allears.report.words import number

__all__ = ["curves"]

_TAIL = 0.25  # of the evaluations, in which a task that still improves has not been trained to its end
_WORSE = 0.02  # relative: from here on a score past its best is said to have fallen


def curves(material: Material) -> Section:
    """Losses and scores over the steps, all seeds."""
    runs = (material.run, *(run for run in material.family if run.path != material.run.path))
    losses, scores = [loss_curves(run) for run in runs], [score_curves(run) for run in runs]
    drawn, says = [], []
    missing = []
    for task in material.run.tasks:
        judge = material.judges.get(task)
        train = [curve[task] for curve in losses if task in curve]
        if not train:
            missing.append(Missing(f"a training loss of {task}", "no clip of the training data has its label so far"))
        points = [found[task][judge.metric] for found in scores if judge and judge.metric in found.get(task, {})]
        dev = scores[0].get(task, {}).get(LOSS, [])
        drawn.append(Curve(task, train, dev, points, f"{judge.metric} {judge.arrow}" if judge else None))
        if judge and points:
            says.append(_trend(task, judge, points[0]))
    if not any(losses):
        missing = [Missing("learning curves", "the log has no `train` record: train a step, or lower log_every_steps")]
        return Section("curves", "Learning curves", missing=tuple(missing))
    return Section(
        "curves",
        "Learning curves",
        tuple(says),
        pictures=(draw_curves(drawn),),
        missing=tuple(missing),
        data={"losses": losses[0], "scores": scores[0]},
    )


def _trend(task: str, judge: Judge, points: Points) -> str:
    """One sentence: still improving, past its best, or settled."""
    sign = 1.0 if judge.is_higher_better else -1.0
    values = [sign * value for _, value in points]
    first, last, best = points[0][1], points[-1][1], max(values)
    if len(points) < 3:
        return f"{task}: {judge.metric} is {number(last)}; too few evaluations to say where it goes."
    place = values.index(best)
    if place >= len(values) - max(1, round(_TAIL * len(values))):
        return (
            f"{task}: {judge.metric} went from {number(first)} to {number(last)} and was still improving: train longer."
        )
    fall = (best - values[-1]) / (abs(best) or 1.0)
    if fall > _WORSE:
        return (
            f"{task}: {judge.metric} was best at step {points[place][0]:,} ({number(sign * best)}) and fell to "
            f"{number(last)} since: it overfits, or the others pull at it."
        )
    return f"{task}: {judge.metric} settled at {number(last)} after step {points[place][0]:,}."
