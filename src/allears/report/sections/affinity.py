"""What a step for one task does to another's loss, and which tasks belong together by that."""

from __future__ import annotations

from typing import Any

from allears.report.figures.matrix import draw_matrix
from allears.report.grouping import MAX_EXACT, Grouping, best_grouping
from allears.report.material import Material
from allears.report.matrices import Matrix, affinity_of, cosines_of
from allears.report.page import Missing, Section
from allears.report.words import listed, plural

__all__ = ["affinity", "suggested_grouping"]


def affinity(material: Material) -> Section:
    """The matrix, and the grouping of the highest worth."""
    matrix = affinity_of(material.run)
    grouping, source = suggested_grouping(material)
    missing = []
    pictures, says = [], []
    data: dict[str, Any] = {}
    if matrix is None or not matrix.pairs():
        missing.append(
            Missing("task affinities", "train with `--set log_affinity_every_steps=50` (a pass a task each time)")
        )
    else:
        pictures.append(
            draw_matrix(
                matrix,
                name="affinity",
                title="Affinity",
                rows="a step for…",
                columns="…lowers the loss of",
                form="{:+.1%}",
            )
        )
        says += _extremes(matrix)
        data["affinity"] = matrix.as_dict()
    if grouping is not None:
        says.append(_advice(grouping, source))
        data |= {"groups": [list(group) for group in grouping.groups], "groups_from": source}
    return Section(
        "affinity", "Affinity and grouping", tuple(says), (), tuple(pictures), missing=tuple(missing), data=data
    )


def suggested_grouping(material: Material) -> tuple[Grouping | None, str]:
    """Groups, and what they were made of: affinities if there are any, else gradient cosines."""
    for matrix, source in ((affinity_of(material.run), "affinities"), (cosines_of(material.run), "gradient cosines")):
        if matrix is not None and matrix.pairs():
            return best_grouping(matrix), source
    return None, ""


def _extremes(matrix: Matrix) -> list[str]:
    pairs = [pair for pair in matrix.pairs() if pair[0] != pair[1]]
    best, worst = max(pairs, key=lambda pair: pair[2]), min(pairs, key=lambda pair: pair[2])
    says = [f"Mean of {plural(matrix.num_records, 'measurement')}."]
    if best[2] > 0:
        says.append(f"{best[0]} helps {best[1]} most: a step for it lowers that loss by {best[2]:.1%}.")
    says.append(
        f"{worst[0]} harms {worst[1]} most: a step for it raises that loss by {-worst[2]:.1%}."
        if worst[2] < 0
        else "No task's step raises another's loss on average."
    )
    return says


def _advice(grouping: Grouping, source: str) -> str:
    groups = " | ".join(" + ".join(group) for group in grouping.groups)
    how = "every partition tried" if grouping.is_exact else f"merged greedily, there are more than {MAX_EXACT} tasks"
    if len(grouping.groups) == 1:
        return f"By {source}, all tasks belong in one model ({how})."
    alone = [group[0] for group in grouping.groups if len(group) == 1]
    tail = f" {listed(alone)} would be better off alone." if alone and len(alone) < len(grouping.groups) else ""
    return f"By {source}, the best grouping is {groups} ({how}).{tail} It is a hint: train the groups to be sure."
