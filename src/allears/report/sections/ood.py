"""Another world: the same checkpoint on a manifest it was not made for."""

from __future__ import annotations

from pathlib import Path

from allears.report.material import Material
from allears.report.page import Missing, Section, Table
from allears.report.series import best_scores
from allears.report.words import number, percent

__all__ = ["ood"]

_FALLS = 0.1  # relative fall from which it is worth an alarm


def ood(material: Material) -> Section:
    """A table a manifest: the checkpoint on the dev clips at the left, in the other world at the right."""
    if not material.ood:
        missing = Missing("an out-of-domain check", "`allears report RUN --ood MANIFEST`")
        return Section("ood", "Another world", missing=(missing,))
    tables, says, alarms, missing_list = [], [], [], []
    for manifest, scores in material.ood.items():
        name = _name(manifest)
        if isinstance(scores, str):
            missing_list.append(Missing(f"scores on {name}", scores))
            continue
        rows = []
        for task, values in scores.items():
            judge = material.judges.get(task)
            metric = judge.metric if judge else next(iter(values))
            there, here = values.get(metric), best_scores(material.run).get(task, {}).get(metric) if judge else None
            change = None
            if judge and here and there is not None:
                change = (1 if judge.is_higher_better else -1) * (there - here) / abs(here)
                if change < -_FALLS:
                    alarms.append(f"{task} does not carry over to {name}: {percent(change)}.")
                elif change >= -0.02:
                    says.append(f"{task} holds on {name} ({percent(change)}).")
            rows.append(
                (
                    task,
                    f"{metric} {judge.arrow}" if judge else metric,
                    "–" if here is None else number(here),
                    "–" if there is None else number(there),
                    "" if change is None else percent(change),
                    f"{values.get('num_clips', 0):,.0f}",
                )
            )
        unheard = [task for task in material.run.tasks if task not in scores]
        if unheard:
            missing_list.append(Missing(f"{', '.join(unheard)} on {name}", "its clips have no such label"))
        tables.append(Table(("task", "judged by", "dev clips", name, "change", "clips there"), tuple(rows), name))
    return Section(
        "ood",
        "Another world",
        tuple(says),
        tuple(alarms),
        (),
        tuple(tables),
        tuple(missing_list),
        data=dict(material.ood),
    )


def _name(manifest: str) -> str:
    path = Path(manifest)
    return path.parent.name if path.name == "manifest.jsonl" and path.parent.name else path.name
