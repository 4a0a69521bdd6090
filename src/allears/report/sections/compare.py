"""The runs beside each other: each recipe by its seeds, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allears.report.gains import interval
from allears.report.material import Material
from allears.report.page import Missing, Section, Table
from allears.report.runs import Run, differences
from allears.report.words import number, plural

__all__ = ["compare"]

_SECTIONS = ("encoder", "sharing", "balance", "optim", "tasks", "data", "regime", "ema", "init")
_MOST, _SHORT = 3, 24  # changes that are named; letters of a value that is shown


def compare(material: Material) -> Section:
    """Only of interest where more than one run was given."""
    groups = (material.family, *material.others)
    if sum(len(group) for group in groups) < 2:
        missing = Missing("other runs to compare with", "`allears report RUN OTHER...`: other seeds, other recipes")
        return Section("compare", "Runs compared", missing=(missing,))
    tasks = list(material.judges)
    names = [_name(group, groups) for group in groups]
    rows = [
        (name, _change(material, group), str(len(group)), *(_cell(material, group, task) for task in tasks))
        for name, group in zip(names, groups, strict=True)
    ]
    judged = (f"{task}: {judge.metric} {judge.arrow}" for task, judge in material.judges.items())
    says = [
        f"{plural(len(groups), 'recipe')}, {plural(sum(map(len, groups)), 'run')}. "
        "Means over seeds; ± is half of the 95 % interval."
    ]
    says += [_best(material, dict(zip(names, groups, strict=True)), task) for task in tasks] if len(groups) > 1 else []
    data = {
        name: {task: material.by_seed(group, task) for task in tasks} for name, group in zip(names, groups, strict=True)
    }
    table = Table(("recipe", "what is other", "seeds", *judged), tuple(rows))
    return Section("compare", "Runs compared", tuple(says), tables=(table,), data=data)


def _name(group: Sequence[Run], groups: Sequence[Sequence[Run]]) -> str:
    """The recipe's name; with a number where several are called so."""
    same = [other for other in groups if other[0].name == group[0].name]
    return group[0].name if len(same) == 1 else f"{group[0].name} ({same.index(group) + 1})"


def _change(material: Material, group: Sequence[Run]) -> str:
    """What the recipe changes against the first, with its value where that is short."""
    if group is material.family:
        return "this one"
    apart = differences(material.run, group[0], _SECTIONS)
    told = [f"{path} {value}" if len(value := _at(group[0].recipe, path)) < _SHORT else path for path in apart[:_MOST]]
    return ", ".join(told) + (f" and {len(apart) - _MOST} more" if len(apart) > _MOST else "")


def _at(recipe: Mapping[str, Any], path: str) -> str:
    here: Any = recipe
    for part in path.split("."):
        here = here.get(part) if isinstance(here, Mapping) else None
    return "absent" if here is None else str(here)


def _cell(material: Material, group: Sequence[Run], task: str) -> str:
    values = list(material.by_seed(group, task).values())
    if not values:
        return "–"
    found = interval(values)
    return number(found.mean) + ("" if found.low is None else f" ± {found.mean - found.low:.2g}")


def _best(material: Material, groups: Mapping[str, Sequence[Run]], task: str) -> str:
    judge = material.judges[task]
    seen = {name: list(material.by_seed(group, task).values()) for name, group in groups.items()}
    means = {name: sum(values) / len(values) for name, values in seen.items() if values}
    best = (max if judge.is_higher_better else min)(means, key=lambda name: means[name])
    return f"{task} is best in {best} ({number(means[best])})."
