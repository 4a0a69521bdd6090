"""What each task was given to learn from; a task that starves stands out."""

from __future__ import annotations

from allears.report.figures.bars import draw_amounts
from allears.report.material import Material
from allears.report.page import Missing, Section
from allears.report.series import labels_seen
from allears.report.words import listed

__all__ = ["STARVED_SHARE", "labels"]

STARVED_SHARE = 0.05  # of the median task's labels; fewer is starving


def labels(material: Material) -> Section:
    """Labels seen a task."""
    run = material.run
    if not run.events("train"):
        missing = Missing("labels seen", "the log has no `train` record: train a step, or lower log_every_steps")
        return Section("labels", "Labels seen", missing=(missing,))
    seen = labels_seen(run)
    middle = sorted(seen.values())[len(seen) // 2]
    starved = [task for task, count in seen.items() if count < STARVED_SHARE * middle or count == 0]
    told = {task for record in run.events("starved") for task in record.get("tasks", {})}
    most, least = max(seen, key=lambda task: seen[task]), min(seen, key=lambda task: seen[task])
    says = []
    if len(seen) > 1 and seen[least] and most != least:
        ratio = seen[most] / seen[least]
        says.append(
            "All tasks were heard about equally often."
            if ratio < 1.2
            else f"{most} was labelled {ratio:.1f} times as often as {least}."
        )
    late = sorted(told - set(starved))
    if late:
        says.append(f"{listed(late)} went without a label for a while: the log has `starved` records.")
    advice = "give it a share with data.task_shares, raise data.temperature, or add labelled clips"
    alarms = tuple(f"{task} starves: {seen[task]:,} labels in {run.last_step:,} steps; {advice}." for task in starved)
    picture = draw_amounts(
        seen, run.tasks, name="labels", title="Labels seen", unit="labels trained on, repeats counted", starved=starved
    )
    return Section(
        "labels", "Labels seen", tuple(says), alarms, (picture,), data={"labels_seen": seen, "starved": starved}
    )
