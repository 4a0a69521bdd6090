"""What a search found: the trials as a table, and two pictures, the trials as lines and what mattered.

In: a study. Out: rows, text, `Picture`s.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from allears.report.figures.style import GRID, INK, MUTED, POSITIVE, TASK_COLOURS, drawing, plain_axes, to_picture
from allears.report.page import Picture
from allears.tune.journal import folder_of
from allears.tune.study import settings_of

__all__ = ["draw_importance", "draw_trials", "importance", "study_rows", "study_table"]

_STATES = {
    TrialState.COMPLETE: "done",
    TrialState.PRUNED: "stopped early",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}
MIN_TRIALS = 4  # finished ones from which it may be asked what mattered


def study_rows(study: optuna.Study) -> list[dict[str, Any]]:
    """One mapping a trial, in order, for JSON."""
    return [
        {
            "trial": trial.number,
            "state": _STATES[trial.state],
            "value": _value(trial),
            "best_step": trial.user_attrs.get("best_step"),
            "settings": settings_of(trial),
            "folder": folder_of(trial),
            **({"error": trial.user_attrs["error"]} if "error" in trial.user_attrs else {}),
        }
        for trial in study.get_trials(deepcopy=False)
    ]


def study_table(study: optuna.Study, goal: str) -> str:
    """The trials as aligned text, best first; what has no value comes last."""
    sign = -1.0 if study.direction == optuna.study.StudyDirection.MAXIMIZE else 1.0
    rows = sorted(study_rows(study), key=lambda row: (row["value"] is None, sign * (row["value"] or 0.0), row["trial"]))
    paths = list(dict.fromkeys(path for row in rows for path in row["settings"]))
    cells = [["trial", goal, "", *paths]]
    for row in rows:
        value = "" if row["value"] is None else f"{row['value']:.4g}"
        chosen = [_text(row["settings"][path]) if path in row["settings"] else "" for path in paths]
        cells.append([str(row["trial"]), value, row["state"], *chosen])
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)


def importance(study: optuna.Study) -> dict[str, float]:
    """Path -> share of what mattered, adding up to 1, by Optuna's PED-ANOVA (Watanabe et al. 2023); empty with too few
    finished trials."""
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(done) < MIN_TRIALS or len({trial.value for trial in done}) < 2:
        return {}
    return dict(optuna.importance.get_param_importances(study))


def draw_importance(shares: dict[str, float]) -> Picture:
    """A bar a setting."""
    with drawing(7.0, 0.5 + 0.36 * len(shares)) as figure:
        axes = figure.subplots()
        plain_axes(axes, has_grid=False)
        for place, share in enumerate(shares.values()):
            axes.barh(place, share, color=POSITIVE, height=0.6)
            axes.text(share, place, f" {share:.0%}", va="center", color=INK)
        axes.set_yticks(range(len(shares)), list(shares), color=INK)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        alt = "; ".join(f"{path} {share:.0%}" for path, share in shares.items())
        return to_picture(figure, "importance", "What mattered", alt)


def draw_trials(study: optuna.Study, goal: str) -> Picture | None:
    """Parallel coordinates: a line a finished trial through its settings to its value; None without any.

    The better third is coloured and drawn last; a setting that a trial did not have breaks its line.
    """
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if not done:
        return None
    is_higher = study.direction == optuna.study.StudyDirection.MAXIMIZE
    done = sorted(done, key=lambda trial: (trial.value or 0.0) if is_higher else -(trial.value or 0.0))
    paths = list(dict.fromkeys(path for trial in done for path in trial.params))
    columns = [_Column.of(path, [trial.params[path] for trial in done if path in trial.params]) for path in paths]
    columns.append(_Column.of(goal, [trial.value for trial in done]))
    with drawing(max(5.0, 1.9 * len(columns)), 3.6) as figure:
        axes = figure.subplots()
        for rank, trial in enumerate(done):
            places = [c.place(trial.params[c.name]) if c.name in trial.params else np.nan for c in columns[:-1]]
            is_good = rank >= len(done) - max(1, len(done) // 3)
            colour = TASK_COLOURS[4] if rank == len(done) - 1 else POSITIVE if is_good else MUTED
            width, alpha = (2.4, 1.0) if rank == len(done) - 1 else (1.2, 0.75 if is_good else 0.3)
            axes.plot(
                [*places, columns[-1].place(trial.value)], color=colour, lw=width, alpha=alpha, marker="o", ms=2.5
            )
        for number, column in enumerate(columns):
            axes.axvline(number, color=GRID, lw=1, zorder=0)
            for place, text in column.ticks():
                axes.annotate(
                    text, (number, place), (4, 0), textcoords="offset points", fontsize=7, color=MUTED, va="center"
                )
        axes.set_xticks(range(len(columns)), [column.name for column in columns], color=INK, fontsize=8)
        axes.set_yticks([])
        axes.set_ylim(-0.08, 1.08)
        axes.set_xlim(-0.1, len(columns) - 0.45)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        best = done[-1]
        chosen = ", ".join(f"{path} {_text(value)}" for path, value in settings_of(best).items())
        alt = f"best: {goal} {best.value:.4g} with {chosen}"
        return to_picture(figure, "trials", "Trials", alt)


class _Column:
    """One axis of the picture: where a value lies between 0 and 1."""

    def __init__(self, name: str, values: list[Any], is_log: bool) -> None:
        self.name, self._values, self._is_log = name, values, is_log

    @classmethod
    def of(cls, name: str, values: list[Any]) -> _Column:
        if any(isinstance(value, str) for value in values):
            return cls(name, sorted({str(value) for value in values}), is_log=False)
        low, high = min(values), max(values)
        return cls(name, [low, high], is_log=low > 0 and high / low > 20)

    def place(self, value: Any) -> float:
        if isinstance(value, str):
            return self._values.index(value) / max(1, len(self._values) - 1)
        low, high, here = (float(np.log(v)) if self._is_log else float(v) for v in (*self._values, value))
        return (here - low) / (high - low) if high > low else 0.5

    def ticks(self) -> list[tuple[float, str]]:
        values = list(dict.fromkeys(self._values))
        return [(self.place(value), _label(value)) for value in values]


def _label(value: Any) -> str:
    return _text(json.loads(value)) if isinstance(value, str) else _text(value)


def _value(trial: FrozenTrial) -> float | None:
    """Its value; of one that was stopped early, none: it is not comparable."""
    return trial.value if trial.state == TrialState.COMPLETE else None


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, dict):
        return " ".join(_text(item) for item in value.values())
    return str(value)
