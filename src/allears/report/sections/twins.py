"""Together or alone: each task against the single-task model that had the same data and steps."""

from __future__ import annotations

from collections.abc import Sequence

from allears.report.figures.forest import draw_forest
from allears.report.gains import Gain, gain_of, mean_gain
from allears.report.material import Material
from allears.report.page import Missing, Section, Table
from allears.report.runs import Run, differences
from allears.report.sections.affinity import suggested_grouping
from allears.report.words import listed, number, percent, plural

__all__ = ["gains_of", "twins"]

_SAME = (
    "data",
    "encoder",
    "optim",
    "ema",
    "init",
    "precision",
)  # of the recipe: what twins must have in common with the run
_CLEAR = 0.01  # relative loss from which a single seed is worth a word


def twins(material: Material) -> Section:
    """Gains with intervals over seeds, Delta_m, and the alarm of negative transfer."""
    how = "`allears twins RECIPE --out DIR --seeds 0 1 2 --joint`, then `allears report RUN --twins DIR`"
    if not material.twins:
        return Section("twins", "Together or alone", missing=(Missing("single-task twins", how),))
    gains = gains_of(material)
    missing = [
        Missing(f"a twin of {task}", how)
        for task in material.run.tasks
        if task not in material.twins and task not in material.run.adversaries
    ]
    if not gains:
        missing.append(
            Missing("a comparison", "run and twins need scores on the same dev clips: finish them with data.dev")
        )
        return Section("twins", "Together or alone", missing=tuple(missing))
    lines = [(gain.task, gain.relative, list(gain.by_seed.values())) for gain in gains if gain.relative is not None]
    overall = mean_gain(gains)
    if overall is not None and len(lines) > 1:
        lines.append(("mean (Δm)", overall, []))
    picture = draw_forest(
        lines, name="gains", title="Gain of training together", label="relative gain over the twin, 95 % interval"
    )
    alarms = [*_negative_transfer(material, gains), *_unlike(material)]
    return Section(
        "twins",
        "Together or alone",
        tuple(_said(gains)),
        tuple(alarms),
        (picture,) if lines else (),
        (_table(gains),),
        tuple(missing),
        data={
            "gains": {gain.task: _plain(gain) for gain in gains},
            "delta_m": None if overall is None else vars(overall),
        },
    )


def gains_of(material: Material) -> list[Gain]:
    """Of every task that has a twin and a score on both sides; not of adversaries, whose score is meant to be bad."""
    found = []
    for task in material.run.tasks:
        if task not in material.twins or task in material.run.adversaries or task not in material.judges:
            continue
        judge = material.judges[task]
        joint = material.by_seed(_finished(material.family) or [material.run], task)
        alone = material.by_seed(_finished(material.twins[task]) or material.twins[task], task)
        if joint and alone:
            found.append(gain_of(task, judge.metric, joint, alone, is_higher_better=judge.is_higher_better))
    return found


def _finished(runs: Sequence[Run]) -> list[Run]:
    """Only these are compared, if there are any."""
    return [run for run in runs if run.is_finished]


def _said(gains: list[Gain]) -> list[str]:
    known = [gain for gain in gains if gain.relative is not None]
    says = []
    overall = mean_gain(gains)
    if overall is not None:
        says.append(
            f"Training together changes the tasks by {percent(overall.mean)} on average (Δm): {overall.verdict}."
        )
    better = [gain.task for gain in known if gain.relative is not None and gain.relative.verdict == "better"]
    if better:
        says.append(f"{listed(better)} clearly {'gains' if len(better) == 1 else 'gain'} from the others.")
    num_seeds = min((len(gain.by_seed) for gain in known), default=0)
    says.append(
        f"Intervals are 95 %, over {plural(num_seeds, 'seed')}."
        if num_seeds > 1
        else "One seed on a side gives no interval: a small difference may be chance; train more seeds."
    )
    return says


def _negative_transfer(material: Material, gains: list[Gain]) -> list[str]:
    """Tasks that are worse together, with a grouping that may be better."""
    hurt = [g for g in gains if g.relative is not None and g.relative.verdict == "worse"]
    maybe = [
        g for g in gains if g.relative is not None and g.relative.verdict == "one seed" and g.relative.mean < -_CLEAR
    ]
    alarms = [
        f"Negative transfer: {gain.task} is {percent(gain.relative.mean)} against its twin"
        + (" (one seed: confirm it with more)." if gain in maybe else ", clearly.")
        for gain in (*hurt, *maybe)
        if gain.relative is not None
    ]
    if not alarms:
        return []
    grouping, source = suggested_grouping(material)
    if grouping is not None and len(grouping.groups) > 1:
        groups = " | ".join(" + ".join(group) for group in grouping.groups)
        return [*alarms, f"Try these groups instead, one model each (from {source}): {groups}."]
    names = [gain.task for gain in (*hurt, *maybe)]
    rest = [task for task in material.run.tasks if task not in names]
    together = f"{' + '.join(rest)} together and " if len(rest) > 1 else ""
    return [*alarms, f"Try {together}{listed(names)} alone, or another balancer or sharing."]


def _unlike(material: Material) -> list[str]:
    """Twins that had other data or steps prove nothing: say so."""
    found = []
    for task, runs in material.twins.items():
        apart = differences(material.run, runs[0], _SAME)
        apart = [change for change in apart if not change.startswith(("optim.lr_of", "data.task_shares"))]
        if apart:
            found.append(f"The twin of {task} was trained otherwise ({listed(apart[:4])}): the comparison is not fair.")
        unfinished: list[Run] = [run for run in runs if not run.is_finished]
        if unfinished:
            found.append(f"{plural(len(unfinished), 'twin')} of {task} did not finish: {unfinished[0].path}.")
    return found


def _table(gains: list[Gain]) -> Table:
    rows = []
    for gain in gains:
        arrow = "↑" if gain.is_higher_better else "↓"
        means = [sum(side.values()) / len(side) for side in (gain.joint, gain.twin)]
        relative = gain.relative
        bounds = (
            ""
            if relative is None or relative.low is None
            else f"{percent(relative.low)} to {percent(relative.high or 0.0)}"
        )
        rows.append(
            (
                gain.task, f"{gain.metric} {arrow}", number(means[0]), number(means[1]),
                "" if relative is None else percent(relative.mean), bounds,
                f"{len(gain.joint)} / {len(gain.twin)}", "" if relative is None else relative.verdict,
            )
        )  # fmt: skip
    head = ("task", "judged by", "together", "alone", "gain", "95 % interval", "seeds", "")
    return Table(head, tuple(rows), "Last evaluation, mean over seeds")


def _plain(gain: Gain) -> dict[str, object]:
    return {**vars(gain), "relative": None if gain.relative is None else vars(gain.relative)}
