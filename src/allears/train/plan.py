"""How to step, and how often to do what else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from allears.train.optim import Schedule

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """Settings of the loop; the fields mean what the recipe's of the same name do."""

    num_steps: int
    warmup_steps: int = 0
    schedule: Schedule = "cosine"
    accumulate: int = 1
    clip_norm: float = 1.0
    precision: Literal["fp32", "bf16"] = "fp32"
    log_every_steps: int = 20
    evaluate_every_steps: int = 500
    checkpoint_every_steps: int = 500
    best: str | None = None
    log_conflict_every_steps: int | None = None
    log_affinity_every_steps: int | None = None
