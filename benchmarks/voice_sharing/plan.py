"""Which runs there are and the recipe of each: dialects x minutes x ways to share.

In: dialects, minutes, seeds. Out: `Run`s in an order in which an early end leaves whole cells, and their recipes:
`recipes/voice/acoustic.yaml`, changed by nothing but what a run is about.

A cell is one dialect with so many minutes of its speech. Its rows:

joint                    one model of all dialects; the others have all their minutes. Parameters are shared, the
dialect is
                         a vector: what the small dialect has from the big ones is the transfer that is asked for.
joint, soft tasks        the same, with a tower of its own for each task (`sharing: soft`).
joint, no masked-phones  the same as joint, without the language model of phones.
tied                     a model of its own that begins as a model of the other dialects and is held near it: the l2
distance
                         of Duong et al. 2015, one of the two networks standing still (`regularise: l2-sp`).
separate                 a model of its own, from nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from allears.config.load import parse_recipe
from allears.config.schema import Recipe

__all__ = ["ALL", "JOINT", "METHODS", "OTHERS", "SEPARATE", "SOFT", "TIED", "WITHOUT_LM", "Run", "plan", "recipe_of"]

BASE = Path(__file__).parents[2] / "recipes" / "voice" / "acoustic.yaml"
JOINT, SOFT, WITHOUT_LM, TIED, SEPARATE = "joint", "joint-soft", "joint-no-masked-phones", "tied", "separate"
OTHERS = "others"  # what `tied` begins with
METHODS = (JOINT, SEPARATE, WITHOUT_LM, SOFT, TIED)
ALL = 0.0  # minutes
_TIE = 0.01  # weight of l2-sp
_LM = "masked-phones"


@dataclass(frozen=True)
class Run:
    """One training. `dialect`: of the cell; `minutes`: of its speech; `dialects`: that it learns."""

    method: str
    dialect: str
    minutes: float
    seed: int
    dialects: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its folder under `runs`; a joint run with all minutes is one for all dialects."""
        whose = "all" if self.is_for_all else self.dialect
        told = "all" if self.minutes == ALL else f"{self.minutes:g}"
        return f"{self.method}/{whose}/{told}/seed-{self.seed}"

    @property
    def is_for_all(self) -> bool:
        """Whether it is the same run for every dialect."""
        return self.minutes == ALL and self.method in (JOINT, SOFT, WITHOUT_LM)


def plan(
    dialects: Sequence[str], minutes: Sequence[float], seeds: Sequence[int], methods: Sequence[str] = METHODS
) -> Iterator[Run]:
    """The runs in their order, each once.

    Raises:
        ValueError: a method that there is not, or fewer than two dialects.
    """
    if unknown := sorted(set(methods) - set(METHODS)):
        raise ValueError(f"there is no method {', '.join(unknown)}: give some of {', '.join(METHODS)}")
    if len(dialects) < 2:
        raise ValueError(f"{len(dialects)} dialect ({', '.join(dialects)}) shares with nobody: teach two or more")
    done: set[str] = set()
    for seed in seeds:
        for amount in minutes:
            for method in methods:
                for dialect in dialects:
                    for run in _cell(method, dialect, amount, seed, tuple(dialects)):
                        if run.key not in done:
                            done.add(run.key)
                            yield run


def _cell(method: str, dialect: str, minutes: float, seed: int, dialects: tuple[str, ...]) -> Iterator[Run]:
    if method == TIED:
        yield Run(OTHERS, dialect, ALL, seed, tuple(one for one in dialects if one != dialect))
    yield Run(method, dialect, minutes, seed, (dialect,) if method in (SEPARATE, TIED) else dialects)


def recipe_of(run: Run, data: Path, work: Path, *, steps: int | None = None, device: str = "auto") -> Recipe:
    """The recipe of a run.

    Args:
        run: what to train.
        data: folder of `clips.prepare`.
        work: where the runs are; `tied` begins with one of them.
        steps: in place of the recipe's own, for a quick look.
        device: `auto`, `cpu` or `cuda`.
    """
    recipe = yaml.safe_load(BASE.read_text(encoding="utf-8"))
    spec = str(data / "voice.json")
    recipe |= {"name": run.key.replace("/", "-"), "seed": run.seed, "device": device}
    recipe["data"] |= {"train": _sources(run, data), "dev": [_source(data, "speech", run.dialects, "dev")]}
    recipe["data"]["input"]["spec"] = spec
    for name in (_LM, "pronounce"):
        recipe["tasks"][name]["spec"] = spec
    if steps is not None:
        recipe["optim"] |= {"num_steps": steps, "warmup_steps": min(steps // 10, recipe["optim"]["warmup_steps"])}
    recipe["evaluate"] = {"every_steps": recipe["optim"]["num_steps"]}  # the last weights are measured
    recipe["checkpoint"] = {"every_steps": recipe["optim"]["num_steps"], "keep": 1}
    return parse_recipe(_changed(recipe, run, work), run.key)


def _changed(recipe: dict[str, Any], run: Run, work: Path) -> dict[str, Any]:
    if run.method == WITHOUT_LM:
        del recipe["tasks"][_LM], recipe["balance"]["weights"][_LM]
    if run.method == SOFT:
        recipe["sharing"] = {"kind": "soft"}
    if run.method == TIED:
        first = Run(OTHERS, run.dialect, ALL, run.seed, ())
        recipe["init"] = {"from": str(work / "runs" / first.key)}
        recipe["regularise"] = [{"kind": "l2-sp", "weight": _TIE, "parts": ["encoder", "heads"]}]
    return recipe


def _sources(run: Run, data: Path) -> list[dict[str, Any]]:
    """Speech of the dialect (its minutes) and of the others (all), phones and words of all that are learned."""
    others = [dialect for dialect in run.dialects if dialect != run.dialect]
    found = [_source(data, "speech", others, "train")] if others else []
    if run.dialect in run.dialects:
        name = "speech" if run.minutes == ALL else f"speech-{run.dialect}-{run.minutes:g}"
        found.append(_source(data, name, [run.dialect], "train"))
    found.append({**_source(data, "letters", run.dialects, "train"), "weight": 0.5})
    if run.method != WITHOUT_LM:
        found.append({**_source(data, "phones", run.dialects, "train"), "weight": 0.5})
    return found


def _source(data: Path, name: str, dialects: Sequence[str], split: str) -> dict[str, Any]:
    return {"manifest": str(data / f"{name}.jsonl"), "split": split, "where": {"accent": list(dialects)}, "max_s": 20}
