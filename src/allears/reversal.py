"""Gradient reversal: a head learns to tell something (the domain, the speaker) and the encoder unlearns to show it.

In: features of a task. Out: the same features; their gradient comes back turned round.
Source: Ganin & Lempitsky 2015, "Unsupervised Domain Adaptation by Backpropagation": R(x) = x, dR/dx = -lambda I, with
lambda_p = 2 / (1 + exp(-10 p)) - 1 at progress p from 0 to 1. Ours differs: lambda = weight * schedule(p'), where p' is
the progress after `start`; and a task's own part of the sharing (its layer mix, its gate) learns with the head, not
against it: else it would flee to a layer that says nothing, and the encoder would have nothing to unlearn.

Letters: B clips, T frames, D width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

__all__ = ["Reversal", "adversaries_learn", "reverse"]

GAMMA = 10.0  # how fast the schedule `dann` saturates: the paper's


@dataclass(frozen=True)
class Reversal:
    """How strongly an adversarial task pushes the encoder.

    Attributes:
        weight: the largest lambda.
        schedule: `dann` (the paper's), `linear` (0 to weight) or `constant`.
        start: progress, in [0, 1), before which lambda is 0: the head learns alone.
    """

    weight: float = 1.0
    schedule: Literal["dann", "linear", "constant"] = "dann"
    start: float = 0.0

    def __post_init__(self) -> None:
        if self.weight <= 0 or not 0 <= self.start < 1:
            raise ValueError(
                f"a reversal has weight {self.weight} and start {self.start}: the weight must be above 0 and start in "
                "[0, 1); take `reverse` out for a task that is not adversarial"
            )

    def strength(self, progress: float) -> float:
        """lambda at `progress`, 0 to 1."""
        if progress < self.start:
            return 0.0
        done = (progress - self.start) / (1 - self.start)
        match self.schedule:
            case "dann":
                return self.weight * (2 / (1 + math.exp(-GAMMA * done)) - 1)
            case "linear":
                return self.weight * done
            case "constant":
                return self.weight


def reverse(features: Tensor, strength: float) -> Tensor:
    """The features (B, T, D) as they are; their gradient is multiplied by -strength on its way back."""
    return cast(Tensor, _Reverse.apply(features, strength))  # type: ignore[no-untyped-call]


@contextmanager
def adversaries_learn(parameters: Sequence[nn.Parameter]) -> Iterator[None]:
    """Gradients that the backward pass inside adds to these parameters come out with their sign turned back.

    Args:
        parameters: of the sharing, reached by adversarial tasks alone.
    """
    before = [parameter.grad for parameter in parameters]
    for parameter in parameters:
        parameter.grad = None
    yield
    for parameter, kept in zip(parameters, before, strict=True):
        if parameter.grad is not None:
            parameter.grad.neg_()
            if kept is not None:
                parameter.grad.add_(kept)
        else:
            parameter.grad = kept


class _Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: Tensor, strength: float) -> Tensor:
        ctx.strength = strength
        return features.view_as(features)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return -ctx.strength * grads[0], None
