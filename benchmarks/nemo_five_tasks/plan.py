"""Which runs there are, in which order, and the recipe of each.

In: an encoder's base recipe. Out: `Run`s, the most telling ones first, so that an early end leaves a table worth
reading: seed by seed; in each, the twins, equal weights and the rates that tuning tries, balancers, sharings. Last,
some methods with more steps: all five twins together take as long as three joint runs.

A method is `alone/TASK`, `equal`, `balance/KIND` (on hard sharing) or `sharing/KIND` (with equal weights). `factor`
multiplies the learning rates: that is what tuning equal weights comes down to, since AdamW does not feel how large a
loss is. Every balancer that can takes its gradients at the features (`docs/balancing.md`): a fifth of the time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from allears.balance import BALANCERS
from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.report.twins import twin_of
from allears.sharing import SHARINGS

__all__ = ["ALONE", "EQUAL", "FACTORS", "TASKS", "Run", "plan", "recipe_of"]

RECIPES = Path(__file__).parent / "recipes"
TASKS = ("emotion", "gender", "age-group", "transcribe", "speaker")
TUNED_ALONE = ("emotion", "transcribe", "speaker")  # dev has one speaker: of gender and age it says nothing
ALONE, EQUAL, BALANCE, SHARING = "alone", "equal", "balance", "sharing"
MORE_STEPS = 2.5  # times the steps: at most the time of the twins together, with every method
FACTORS = (0.5, 2.0)  # of the learning rates, besides 1
NOT_COMPARED = ("branch",)  # upper layers of its own for each task: the cost of the twins, and LSTMs have none to copy
SHARING_OPTIONS: dict[str, dict[str, Any]] = {
    "hierarchical": {"depth": {"speaker": 1, "gender": 1, "age-group": 1}, "is_cascaded": True},
}  # its default gives every task the same layers; all others are as they come
BALANCE_OPTIONS: dict[str, dict[str, Any]] = {
    "dwa": {"window": 20},  # its default of 100 would not have two windows behind it before the run ends
}


@dataclass(frozen=True)
class Run:
    """One training: an encoder, a method, a seed (which is also the fold), factors of the learning rates and steps."""

    encoder: str
    method: str
    seed: int
    factor: float = 1.0
    longer: float = 1.0

    @property
    def key(self) -> str:
        """Its folder under `runs`."""
        tuned = "" if self.factor == 1.0 else f"@{self.factor:g}"
        longer = "" if self.longer == 1.0 else f"x{self.longer:g}"
        return f"{self.encoder}/{self.method.replace('/', '-')}{tuned}{longer}/seed-{self.seed}"

    @property
    def title(self) -> str:
        """Its row."""
        return self.method if self.longer == 1.0 else f"{self.method}, {self.longer:g} times the steps"

    @property
    def is_tuning(self) -> bool:
        """Whether the factor is chosen among such runs: they are measured on dev, too."""
        return (
            self.seed == 0
            and self.longer == 1.0
            and (self.method == EQUAL or self.method in {f"{ALONE}/{task}" for task in TUNED_ALONE})
        )


def plan(
    encoders: Sequence[str],
    seeds: Sequence[int],
    best_factor: Callable[[str, str], float],
    *,
    balancers: Sequence[str] | None = None,
    sharings: Sequence[str] | None = None,
    longer: Sequence[str] = (EQUAL, f"{SHARING}/hierarchical"),
) -> Iterator[Run]:
    """The runs in their order, each once.

    Args:
        encoders: names of base recipes; taken in turn.
        seeds: one after another; factors are tuned at seed 0, so it is always among them if a factor is wanted.
        best_factor: (encoder, method) -> the factor that dev chose at seed 0; asked when it is needed.
        balancers: kinds besides `fixed`; all if None.
        sharings: kinds besides `hard`; all if None.
        longer: methods that are run again with more steps, when all else is done.

    Raises:
        ValueError: a kind that there is not.
    """
    balanced = [f"{BALANCE}/{kind}" for kind in _kinds("balancer", BALANCERS, balancers, "fixed")]
    shared = [f"{SHARING}/{kind}" for kind in _kinds("sharing", SHARINGS, sharings, "hard")]
    alone = [f"{ALONE}/{task}" for task in TASKS]
    tuned = [EQUAL, *(f"{ALONE}/{task}" for task in TUNED_ALONE)]
    blocks = [(alone, False), ([EQUAL], False), ([EQUAL], True), (balanced, False), (shared, False), (tuned, True)]
    done: set[Run] = set()
    for seed in seeds:
        for methods, is_tuned in blocks:
            for encoder in encoders:
                for run in _runs(encoder, methods, seed, best_factor if is_tuned else None):
                    if run not in done:
                        done.add(run)
                        yield run
    for encoder in encoders:
        for method in longer:
            yield from (Run(encoder, method, seed, longer=MORE_STEPS) for seed in seeds)


def _runs(
    encoder: str, methods: Sequence[str], seed: int, best_factor: Callable[[str, str], float] | None
) -> Iterator[Run]:
    for method in methods:
        if best_factor is None:
            yield Run(encoder, method, seed)
        elif seed == 0:
            yield from (Run(encoder, method, seed, factor) for factor in (1.0, *FACTORS))
        else:
            yield Run(encoder, method, seed, best_factor(encoder, method))


def recipe_of(run: Run, *, fold: int, steps: int | None = None, device: str = "auto") -> Recipe:
    """The recipe of a run; NEMO_WORK (and for Whisper ALLEARS_WHISPER_HF) must be set in the environment.

    Args:
        run: what to train.
        fold: whose clips.
        steps: in place of the recipe's own, for a quick look.
        device: `auto`, `cpu` or `cuda`.
    """
    data = yaml.safe_load((RECIPES / f"{run.encoder}.yaml").read_text(encoding="utf-8"))
    data |= {"name": run.key.replace("/", "-"), "seed": run.seed, "device": device}
    data["data"]["train"] = [{"manifest": f"${{NEMO_WORK}}/fold-{fold}/train.jsonl"}]
    optim = data["optim"]
    for rate in ("lr", "encoder_lr"):
        if rate in optim:
            optim[rate] = float(optim[rate]) * run.factor
    if run.longer != 1.0:
        optim["num_steps"] = round(run.longer * (steps or optim["num_steps"]))
    elif steps is not None:
        optim |= {"num_steps": steps, "warmup_steps": min(steps // 10, optim["warmup_steps"])}
    group, _, kind = run.method.partition("/")
    if group == SHARING:
        data["sharing"] = {"kind": kind, **SHARING_OPTIONS.get(kind, {})}
    if group == BALANCE:
        takes_at = "at" in inspect.signature(BALANCERS[kind]).parameters
        data["balance"] = {"kind": kind, **({"at": "features"} if takes_at else {}), **BALANCE_OPTIONS.get(kind, {})}
    recipe = parse_recipe(data, run.key)
    return twin_of(recipe, kind) if group == ALONE else recipe


def _kinds(what: str, there: Any, wanted: Sequence[str] | None, plain: str) -> list[str]:
    known = [kind for kind in there if kind != plain and kind not in NOT_COMPARED]
    unknown = sorted(set(wanted or ()) - set(known))
    if unknown:
        raise ValueError(f"there is no {what} {', '.join(unknown)}: give some of {', '.join(known)}")
    return known if wanted is None else list(wanted)
