"""Everything a training step changes, in one place: what must be saved to go on as if nothing had happened.

In: model, balancer, optimiser, data. Out: one mapping of tensors and plain values, and back.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from allears.batch import Batch
from allears.model import MultiTaskModel
from allears.ranks import num_ranks, of_all, rank
from allears.regimes.base import Regime, Turn
from allears.regimes.joint import Joint
from allears.regularise.base import Regulariser
from allears.train.checkpoint import FORMAT
from allears.train.heard import Heard
from allears.train.optim import Average
from allears.train.shard import load_sharded, load_sharded_optimizer, own_part, whole

__all__ = ["ChoosesTasks", "Feed", "TrainState", "random_state", "restore_random", "seed_everything"]


log = logging.getLogger(__name__)


class Feed(Protocol):
    """Batches without end, from a place that can be saved (`allears.data.loader.Loader`)."""

    @property
    def epoch(self) -> int: ...

    @property
    def labels_seen(self) -> Mapping[str, int]: ...

    def __next__(self) -> Batch: ...

    def __iter__(self) -> Iterator[Batch]: ...

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class ChoosesTasks(Protocol):
    """A feed that can look for clips of some tasks (`allears.data.task_feed.TaskFeed`)."""

    def prefer(self, tasks: Sequence[str]) -> None:
        """The batches that follow should be of clips labelled for one of these tasks."""
        ...


@dataclass
class TrainState:
    """A run between two steps.

    Attributes:
        model, balancer, optimizer, feed: see their own files.
        average: averaged weights; None if averaging is off.
        regime: which tasks train when; all at once if None is given.
        regularisers: name in the log -> penalty on the weights.
        heard: which tasks starve.
        thaw: told of each step before it is taken, makes trainable what is to learn from then on.
        step: optimiser steps done.
        phase: number of the regime's phase that the last step was in.
        best: best value of the watched metric so far.
        facts: written into every checkpoint as they are: recipe, hashes, versions.
    """

    model: MultiTaskModel
    balancer: nn.Module
    optimizer: torch.optim.Optimizer
    feed: Feed
    average: Average | None = None
    regime: Regime | None = None
    regularisers: Mapping[str, Regulariser] = field(default_factory=dict)
    heard: Heard = field(default_factory=lambda: Heard(500))
    thaw: Callable[[int], int] | None = None
    step: int = 0
    phase: int = 0
    best: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._regime = self.regime or Joint(tuple(self.model.tasks))

    def turn(self, step: int, batch: int) -> Turn:
        """What the regime says of a batch."""
        return self._regime.turn(step, batch)

    def tasks_of(self, phase: int) -> Sequence[str]:
        """The tasks that a phase of the regime is about."""
        return self._regime.tasks_of(phase)

    def state_dict(self) -> dict[str, Any]:
        """The whole run; all processes of it are asked, and what they give is the same but for `random`."""
        return {
            **self.facts,
            "format": FORMAT,
            "step": self.step,
            "phase": self.phase,
            "best": self.best,
            "model": whole(self.model.state_dict()),
            "average": whole(self.average.state_dict()) if self.average else None,
            "balancer": self.balancer.state_dict(),
            "regularisers": {name: regulariser.state_dict() for name, regulariser in self.regularisers.items()},
            "heard": self.heard.state_dict(),
            "optimizer": whole(self.optimizer.state_dict()),
            "optimized": self._optimized(),
            "feed": self.feed.state_dict(),
            "random": random_state(),
            "random_of_others": of_all(random_state())[1:],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a saved run.

        Raises:
            ValueError: it is of another model, or of other data.
        """
        try:
            load_sharded(self.model, state["model"])
            self.balancer.load_state_dict(state["balancer"])
            load_sharded_optimizer(self.optimizer, state["optimizer"])
        except (RuntimeError, ValueError) as error:
            raise ValueError(
                f"cannot resume: the recipe builds another model than the checkpoint holds ({error}); "
                "put the recipe back, or start a new run with `init: {from: ...}`"
            ) from error
        if self._optimized() != state["optimized"]:
            raise ValueError(
                "cannot resume: other parameters train, or at other rates, than in the checkpoint; put the recipe back "
                "(encoder.freeze, optim.lr_of), or start a new run with `init: {from: ...}`"
            )
        if (self.average is None) != (state["average"] is None):
            raise ValueError("cannot resume: `ema` was switched on or off since the checkpoint; put it back")
        if self.average is not None:
            saved = state["average"]
            own = {n: own_part(value, self.average.average[n]) for n, value in saved["average"].items()}
            self.average.load_state_dict({**saved, "average": own})
        self._load_regularisers(state.get("regularisers", {}))
        if "heard" in state:  # not in checkpoints of before 0.2
            self.heard.load_state_dict(state["heard"])
        self.phase = int(state.get("phase", 0))
        try:
            self.feed.load_state_dict(state["feed"])
        except KeyError as error:
            raise ValueError(
                "cannot resume: the saved run drew its clips under another regime; put `regime` back"
            ) from error
        self.step, self.best = int(state["step"]), state["best"]
        _restore_own_random(state)

    def _load_regularisers(self, saved: Mapping[str, Any]) -> None:
        if set(saved) != set(self.regularisers):
            raise ValueError(
                f"cannot resume: the checkpoint has the regularisers {sorted(saved)}, the recipe has "
                f"{sorted(self.regularisers)}; put `regularise` back, or start a new run from its weights"
            )
        for name, regulariser in self.regularisers.items():
            regulariser.load_state_dict(saved[name])

    def _optimized(self) -> list[str]:
        """Names of the parameters in the optimiser's order, which is all its state knows them by."""
        named = [*self.model.named_parameters(), *self.balancer.named_parameters(prefix="balancer")]
        name_of = {parameter: name for name, parameter in named}
        return [name_of[p] for group in self.optimizer.param_groups for p in group["params"]]


def _restore_own_random(state: Mapping[str, Any]) -> None:
    """The random state of this process; of one that the saved run did not have, fresh draws."""
    states = [state["random"], *state.get("random_of_others", [])]
    if num_ranks() != len(states):
        log.warning(
            "the saved run had %d processes, this one has %d: the clips of each step are the same, dropout and masks "
            "are drawn anew in all but the first processes",
            len(states), num_ranks(),
        )  # fmt: skip
    if rank() < len(states):
        restore_random(states[rank()])


def seed_everything(seed: int) -> None:
    """Seed python's, numpy's and torch's global generators."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def random_state() -> dict[str, Any]:
    """The state of those generators as tensors and plain values."""
    kind, keys, position, has_gauss, gauss = np.random.get_state()
    return {
        "python": random.getstate(),
        "numpy": (
            str(kind),
            torch.from_numpy(np.asarray(keys).astype(np.int64)),
            int(position),
            int(has_gauss),
            float(gauss),
        ),
        "torch": torch.get_rng_state(),
        "cuda": _cuda_states(),
    }


def _cuda_states() -> list[Tensor]:
    """Of all GPUs; of its own alone, if there are other processes for the others."""
    if not torch.cuda.is_available():
        return []
    return torch.cuda.get_rng_state_all() if num_ranks() == 1 else [torch.cuda.get_rng_state()]


def restore_random(state: Mapping[str, Any]) -> None:
    """Put back what `random_state` gave."""
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    kind, keys, position, has_gauss, cached = state["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), position, has_gauss, cached))
    torch.set_rng_state(state["torch"].cpu())
    if len(state["cuda"]) == 1 and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["cuda"][0].cpu())
    elif state["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all([s.cpu() for s in state["cuda"]])
