"""Everything a training step changes, in one place: what must be saved to go on as if nothing had happened.

In: model, balancer, optimiser, data. Out: one mapping of tensors and plain values, and back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from allears.batch import Batch
from allears.model import MultiTaskModel
from allears.train.checkpoint import FORMAT
from allears.train.optim import Average

__all__ = ["Feed", "TrainState", "random_state", "restore_random", "seed_everything"]


class Feed(Protocol):
    """Batches without end, from a place that can be saved (`allears.data.loader.Loader`)."""

    epoch: int

    @property
    def labels_seen(self) -> Mapping[str, int]: ...

    def __next__(self) -> Batch: ...

    def __iter__(self) -> Iterator[Batch]: ...

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


@dataclass
class TrainState:
    """A run between two steps.

    Attributes:
        model, balancer, optimizer, feed: see their own files.
        average: averaged weights; None if averaging is off.
        step: optimiser steps done.
        best: best value of the watched metric so far.
        facts: written into every checkpoint as they are: recipe, hashes, versions.
    """

    model: MultiTaskModel
    balancer: nn.Module
    optimizer: torch.optim.Optimizer
    feed: Feed
    average: Average | None = None
    step: int = 0
    best: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def state_dict(self) -> dict[str, Any]:
        return {
            **self.facts,
            "format": FORMAT,
            "step": self.step,
            "best": self.best,
            "model": self.model.state_dict(),
            "average": self.average.state_dict() if self.average else None,
            "balancer": self.balancer.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "optimized": self._optimized(),
            "feed": self.feed.state_dict(),
            "random": random_state(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a saved run.

        Raises:
            ValueError: it is of another model, or of other data.
        """
        try:
            self.model.load_state_dict(state["model"])
            self.balancer.load_state_dict(state["balancer"])
            self.optimizer.load_state_dict(state["optimizer"])
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
            self.average.load_state_dict(state["average"])
        self.feed.load_state_dict(state["feed"])
        self.step, self.best = int(state["step"]), state["best"]
        restore_random(state["random"])

    def _optimized(self) -> list[str]:
        """Names of the parameters in the optimiser's order, which is all its state knows them by."""
        named = [*self.model.named_parameters(), *self.balancer.named_parameters(prefix="balancer")]
        name_of = {parameter: name for name, parameter in named}
        return [name_of[p] for group in self.optimizer.param_groups for p in group["params"]]


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
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def restore_random(state: Mapping[str, Any]) -> None:
    """Put back what `random_state` gave."""
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    kind, keys, position, has_gauss, cached = state["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), position, has_gauss, cached))
    torch.set_rng_state(state["torch"].cpu())
    if state["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all([s.cpu() for s in state["cuda"]])
