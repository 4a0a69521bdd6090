"""Whether the tasks pull the shared part the same way: cosines and norms of their gradients."""

from __future__ import annotations

from allears.report.figures.bars import draw_amounts
from allears.report.figures.matrix import draw_matrix
from allears.report.material import Material
from allears.report.matrices import cosines_of, norms_of
from allears.report.page import Missing, Section
from allears.report.words import plural

__all__ = ["AGAINST", "conflict"]

AGAINST = -0.1  # mean cosine below which two tasks are said to pull against each other
_LOUD = 10.0  # times the quietest gradient, from which the loudest drowns it

_HOW = "train with `--set log_conflict_every_steps=20`, or with a balancer that computes gradients (pcgrad, cagrad...)"


def conflict(material: Material) -> Section:
    """Mean over the run."""
    cosines, norms = cosines_of(material.run), norms_of(material.run)
    if cosines is None or not cosines.pairs():
        how = _HOW if len(material.run.tasks) > 1 else "a run of one task has nobody to quarrel with"
        return Section("conflict", "Gradient conflict", missing=(Missing("gradient cosines", how),))
    pairs = [(a, b, value) for a, b, value in cosines.pairs() if cosines.tasks.index(a) < cosines.tasks.index(b)]
    low, high = min(pairs, key=lambda pair: pair[2]), max(pairs, key=lambda pair: pair[2])
    says = [
        f"Mean of {plural(cosines.num_records, 'measurement')}. 1: same direction; 0: nothing in common; −1: opposite."
    ]
    if high[2] > 0.05:
        says.append(f"{high[0]} and {high[1]} want the most alike ({high[2]:+.2f}).")
    against = [pair for pair in pairs if pair[2] < AGAINST]
    if not against:
        says.append(
            f"No two tasks pull against each other; {low[0]} and {low[1]} have the least in common ({low[2]:+.2f})."
        )
    alarms = [
        f"{a} and {b} pull against each other ({value:+.2f})." for a, b, value in sorted(against, key=lambda p: p[2])
    ]
    pictures = [
        draw_matrix(cosines, name="cosines", title="Cosine between the tasks' gradients", limit=1.0),
    ]
    if norms:
        loud, quiet = max(norms, key=lambda task: norms[task]), min(norms, key=lambda task: norms[task])
        if norms[quiet] and norms[loud] / norms[quiet] > _LOUD:
            alarms.append(
                f"{loud}'s gradient is {norms[loud] / norms[quiet]:.0f} times as long as {quiet}'s: "
                f"lower its weight, or let another balancer do it ({_balancers(material)})."
            )
        pictures.append(
            draw_amounts(
                norms,
                material.run.tasks,
                name="norms",
                title="Length of the gradients",
                unit="mean norm on what is shared",
                form="{:.3g}",
                width=4.4,
            )
        )
    return Section(
        "conflict",
        "Gradient conflict",
        tuple(says),
        tuple(alarms),
        tuple(pictures),
        data={"cosine": cosines.as_dict(), "norm": norms, "num_records": cosines.num_records},
    )


def _balancers(material: Material) -> str:
    """Some that make gradients alike in length, without the one that was used."""
    used = material.run.recipe["balance"]["kind"]
    return ", ".join(kind for kind in ("gradnorm", "imtl-l", "imtl-g", "uncertainty") if kind != used)
