"""Run folders as they lie on the disk: the resolved recipe and the records of the log.

In: paths. Out: `Run` values. Runs of one recipe that differ in the seed alone are a family. No torch here.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Run", "differences", "families", "family_key", "find_runs", "read_run"]

log = logging.getLogger(__name__)

# Settings that do not change what is learned: two runs that differ only in these are the same run with another seed.
_NOT_LEARNED = frozenset({"name", "seed", "device", "checkpoint", "log_every_steps"})


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        path: its folder.
        recipe: resolved, every default written out.
        records: lines of `log.jsonl`, in order.
    """

    path: Path
    recipe: Mapping[str, Any]
    records: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        return str(self.recipe.get("name", self.path.name))

    @property
    def seed(self) -> int:
        return int(self.recipe.get("seed", 0))

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names, in the recipe's order."""
        return tuple(self.recipe["tasks"])

    @property
    def adversaries(self) -> tuple[str, ...]:
        """Tasks whose gradient is reversed: the encoder is meant to be bad at them."""
        return tuple(task for task, options in self.recipe["tasks"].items() if (options or {}).get("reverse"))

    @property
    def num_steps(self) -> int:
        """Steps the recipe asks for."""
        return int(self.recipe["optim"]["num_steps"])

    @property
    def last_step(self) -> int:
        """Steps the log tells of."""
        return max((int(record["step"]) for record in self.records), default=0)

    @property
    def is_finished(self) -> bool:
        return self.last_step >= self.num_steps

    def events(self, kind: str) -> list[Mapping[str, Any]]:
        """Records of one kind, in order."""
        return [record for record in self.records if record["event"] == kind]


def read_run(path: str | Path) -> Run:
    """Read a run folder.

    Raises:
        ValueError: it is no run folder. A line of the log that is not whole (the run was killed) is counted and told.
    """
    path = Path(path)
    recipe_file, log_file = path / "recipe.yaml", path / "log.jsonl"
    for file in (recipe_file, log_file):
        if not file.is_file():
            raise ValueError(
                f"{path} is no run folder, it has no {file.name}: give what `allears train` left (runs/NAME)"
            )
    recipe = yaml.safe_load(recipe_file.read_text(encoding="utf-8"))
    if not isinstance(recipe, dict) or "tasks" not in recipe or "optim" not in recipe:
        raise ValueError(f"{recipe_file} is not the recipe of a run: it has no tasks or no optim; train again")
    records, num_broken = [], 0
    for line in log_file.read_text(encoding="utf-8").splitlines():
        record = _record(line)
        if record is None:
            num_broken += 1
        else:
            records.append(record)
    if num_broken:
        log.warning("%s: left out %d lines that are not records", log_file, num_broken)
    return Run(path, recipe, tuple(records))


def find_runs(folders: Iterable[str | Path]) -> list[Run]:
    """Every run in these folders, however deep.

    Raises:
        ValueError: a folder that is not there, or none holds a run.
    """
    folders = [Path(folder) for folder in folders]
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"no folder {folder}: give the --out of `allears twins`, or run folders")
    paths = sorted({file.parent for folder in folders for file in folder.rglob("log.jsonl")})
    if not paths:
        raise ValueError(f"no run in {', '.join(map(str, folders))}: train with `allears twins RECIPE --out DIR` first")
    return [read_run(path) for path in paths]


def family_key(run: Run) -> str:
    """Short hash of what is learned and how, the seed left out."""
    kept = {key: value for key, value in run.recipe.items() if key not in _NOT_LEARNED}
    kept["data"] = {key: value for key, value in run.recipe.get("data", {}).items() if key != "num_workers"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:12]


def families(runs: Sequence[Run]) -> dict[str, tuple[Run, ...]]:
    """Key -> runs of that recipe, by seed; in the order in which the keys first come. A seed that comes twice counts
    once (the first), and that is told."""
    found: dict[str, dict[int, Run]] = {}
    for run in runs:
        same = found.setdefault(family_key(run), {})
        if run.seed in same:
            log.warning("%s has recipe and seed of %s: it is left out", run.path, same[run.seed].path)
            continue
        same[run.seed] = run
    return {key: tuple(same[seed] for seed in sorted(same)) for key, same in found.items()}


def differences(first: Run, second: Run, sections: Sequence[str]) -> list[str]:
    """Settings inside `sections` of the recipe that differ between two runs, as `optim.lr`."""
    return [
        change
        for section in sections
        for change in _differences(first.recipe.get(section), second.recipe.get(section), section)
    ]


def _differences(first: Any, second: Any, path: str) -> list[str]:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        keys = sorted({*first, *second})
        return [c for key in keys for c in _differences(first.get(key), second.get(key), f"{path}.{key}")]
    return [] if first == second else [path]


def _record(line: str) -> Mapping[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "event" in record and "step" in record else None
