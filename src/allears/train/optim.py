"""AdamW groups, the learning rate of each step, and an average of the weights.

In: modules and plain numbers. Out: an optimiser, a factor a step, averaged parameters. No hidden schedule state.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, nn

__all__ = ["Average", "make_optimizer", "rate_factor", "set_rates"]

Schedule = Literal["cosine", "linear", "constant"]


def make_optimizer(
    model: nn.Module,
    balancer: nn.Module,
    *,
    lr: float,
    lr_of: Mapping[str, float],
    weight_decay: float,
    betas: tuple[float, float],
) -> torch.optim.AdamW:
    """AdamW over every trainable parameter; each group remembers its peak rate as `peak_lr`.

    Vectors (biases, norms, layer mixes) do not decay: pulling a norm's scale to zero is not regularisation.

    Args:
        model: what is trained.
        balancer: its parameters train at `lr`.
        lr: peak rate of everything that `lr_of` does not name.
        lr_of: start of a parameter's name (`encoder`, `heads.transcribe`) -> its peak rate; the longest match counts.
        weight_decay: of matrices.
        betas: AdamW's.

    Raises:
        ValueError: nothing is trainable, or a start that no parameter has.
    """
    names = [name for name, _ in model.named_parameters()]
    for part in lr_of:
        if not any(_starts(name, part) for name in names):
            starts = sorted({".".join(name.split(".")[:2]) for name in names} | {name.split(".")[0] for name in names})
            raise ValueError(f"optim.lr_of names {part!r}, but the parts of the model are: {', '.join(starts)}")
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    by_name = sorted(model.named_parameters())  # the order of tasks in a recipe must not matter on resuming
    own = [(_rate_of(name, lr, lr_of), p) for name, p in by_name]
    for rate, parameter in own + [(lr, p) for p in balancer.parameters()]:
        if parameter.requires_grad:
            decay = weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    if not groups:
        raise ValueError("nothing is trainable: every part is frozen; set encoder.freeze to none or add a task")
    return torch.optim.AdamW(
        [{"params": ps, "lr": rate, "peak_lr": rate, "weight_decay": decay} for (rate, decay), ps in groups.items()],
        lr=lr,
        betas=betas,
        fused=True,  # one pass over memory a tensor: a quarter of the step time of a whole-model run on 2 cores
    )


def rate_factor(step: int, *, warmup_steps: int, num_steps: int, schedule: Schedule) -> float:
    """What the peak rate is multiplied by in step 0, 1, ... (`num_steps` of them)."""
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    done = min(1.0, (step - warmup_steps) / max(1, num_steps - warmup_steps))
    match schedule:
        case "constant":
            return 1.0
        case "linear":
            return 1.0 - done
        case "cosine":
            return 0.5 * (1.0 + math.cos(math.pi * done))


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's rate to `factor` of its peak."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak_lr"] * factor


class Average:
    """Exponential moving average of a module's trainable parameters (Polyak averaging, as in EMA of weights).

    avg <- d * avg + (1 - d) * value, d = min(decay, (1 + n) / (10 + n)) at update n, so that it does not remember
    the random start. Buffers are not averaged.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        self._values = {name: p for name, p in module.named_parameters() if p.requires_grad}
        self.decay, self.num_updates = decay, 0
        self.average = {name: p.detach().clone() for name, p in self._values.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Take in the parameters as they are now."""
        keep = min(self.decay, (1 + self.num_updates) / (10 + self.num_updates))
        self.num_updates += 1
        values = {name: p.detach() for name, p in self._values.items()}
        for is_part in (True, False):  # sharded and whole tensors do not go through one call
            names = [name for name, value in values.items() if hasattr(value, "placements") == is_part]
            if names:
                torch._foreach_lerp_([self.average[n] for n in names], [values[n] for n in names], 1.0 - keep)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The module holds the averaged parameters inside, its own again afterwards."""
        own = {name: p.detach().clone() for name, p in self._values.items()}
        self._put(self.average)
        try:
            yield
        finally:
            self._put(own)

    @torch.no_grad()
    def _put(self, values: Mapping[str, Tensor]) -> None:
        for name, parameter in self._values.items():
            parameter.copy_(values[name])

    def state_dict(self) -> dict[str, object]:
        return {"num_updates": self.num_updates, "average": self.average}

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        self.num_updates = int(state["num_updates"])  # type: ignore[call-overload]
        for name, value in state["average"].items():  # type: ignore[attr-defined]
            self.average[name].copy_(value)


def _rate_of(name: str, lr: float, lr_of: Mapping[str, float]) -> float:
    """The rate of the longest start that fits."""
    fitting = [part for part in lr_of if _starts(name, part)]
    return lr_of[max(fitting, key=len)] if fitting else lr


def _starts(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".")
