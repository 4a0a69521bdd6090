"""What was trained, on what, for how long, and how well it went."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allears.report.material import Material
from allears.report.page import Missing, Section, Table
from allears.report.runs import Run, family_key
from allears.report.series import effort, final_scores, score_curves
from allears.report.words import listed, number, plural, spent

__all__ = ["summary"]


def summary(material: Material) -> Section:
    """Always there."""
    run, cost = material.run, effort(material.run)
    recipe = run.recipe
    says = [
        f"{plural(len(run.tasks), 'task')} ({listed(run.tasks)}) on one {recipe['encoder']['kind']} encoder, "
        f"{recipe['sharing']['kind']} sharing, {recipe['balance']['kind']} balance.",
        f"{run.last_step:,} of {run.num_steps:,} steps, {spent(cost.train_s)} of training, "
        f"{spent(cost.audio_s)} of audio heard, seed {run.seed}{_seeds(material)}.",
    ]
    if cost.train_s and cost.data_wait_s > 0.2 * cost.train_s:
        says.append(
            f"{cost.data_wait_s / cost.train_s:.0%} of that time was spent waiting for data: raise data.num_workers."
        )
    alarms = (
        []
        if run.is_finished
        else [f"The run is not finished: `allears train {run.path}/recipe.yaml --resume` goes on."]
    )
    return Section(
        "summary",
        "Summary",
        tuple(says),
        tuple(alarms),
        tables=(_scores(material), _facts(run)),
        missing=() if material.judges else (_NO_SCORES,),
        data={
            "run": str(run.path),
            "recipe_sha256": family_key(run),
            "tasks": list(run.tasks),
            "steps": run.last_step,
            "num_steps": run.num_steps,
            "seeds": [member.seed for member in material.family],
            "train_s": cost.train_s,
            "audio_s": cost.audio_s,
            "scores": {task: dict(values) for task, values in final_scores(run).items()},
            "judged_by": {task: judge.metric for task, judge in material.judges.items()},
        },
    )


_NO_SCORES = Missing("scores on dev clips", "name `data.dev` in the recipe and train again")


def _seeds(material: Material) -> str:
    others = [str(run.seed) for run in material.family if run.path != material.run.path]
    return f" (also there: {listed(others)})" if others else ""


def _scores(material: Material) -> Table:
    """The number each task is judged by: at the end, and the best along the way."""
    rows = []
    curves = score_curves(material.run)
    final = final_scores(material.run)
    for task, judge in material.judges.items():
        points = curves[task][judge.metric]
        best_step, best = (max if judge.is_higher_better else min)(points, key=lambda point: point[1])
        clips = final[task].get("num_clips")
        rows.append(
            (
                task,
                f"{judge.metric} {judge.arrow}",
                number(points[-1][1]),
                f"{number(best)} at step {best_step:,}",
                "" if clips is None else f"{clips:,.0f}",
            )
        )
    return Table(("task", "judged by", "at the end", "best", "dev clips"), tuple(rows), "Scores on the dev clips")


def _facts(run: Run) -> Table:
    recipe = run.recipe
    optim = recipe["optim"]
    rows = [
        ("run", str(run.path)),
        ("recipe", f"{run.name}, {family_key(run)} without the seed"),
        ("trained on", _sources(recipe["data"].get("train", ()))),
        ("judged on", _sources(recipe["data"].get("dev", ())) or "nothing"),
        ("optimiser", f"AdamW, rate {optim['lr']:g}, {optim['schedule']}, {optim['warmup_steps']} steps of warm-up"),
    ]
    for record in run.events("start")[:1]:
        parts: Mapping[str, int] = record.get("parameters", {})
        rows.append(("parameters", ", ".join(f"{part} {count:,}" for part, count in parts.items())))
        rows.append(("device", str(record.get("device", ""))))
    return Table(("", ""), tuple(rows), "The run")


def _sources(sources: list[Mapping[str, Any]]) -> str:
    return ", ".join(
        Path(str(source["manifest"])).parent.name + (f"/{source['split']}" if source.get("split") else "")
        for source in sources
    )
