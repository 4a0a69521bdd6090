"""Which methods, in which order: as asked, or as few as the size that is wanted needs.

In: names with options, or a size. Out: steps. Shapes change before weights are rounded, for what is rounded nobody can
change; a recovery training comes between.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from allears.compress import METHODS
from allears.compress.base import Method
from allears.compress.files import folder_bytes
from allears.compress.weights import matrix_units
from allears.config.call import call_builder
from allears.runtime.model_folder import ENCODER, ModelFolder

__all__ = ["INT8", "Step", "choose", "ending_in_int8", "join", "read_methods"]

log = logging.getLogger(__name__)

INT8 = "int8-dynamic"
STORAGE = ("int4-storage", "float16-storage")  # ways to keep weights; no other method can change those afterwards
_KINDS = ("MatMul", "LSTM")
_INT8, _INT4 = 0.26, 0.16  # bytes of a matrix afterwards / before, scales included


@dataclass(frozen=True)
class Step:
    """One method of a plan.

    Attributes:
        name: of the method.
        options: that it is built with.
        method: built.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> Method:
        return call_builder(f"--methods {self.name}", METHODS[self.name], self.options)


def read_methods(text: str) -> tuple[Step, ...]:
    """`structured:heads=0.5:layers=2,int8-dynamic` -> steps in that order.

    Raises:
        ValueError: an unknown method or option, something not written so, or a method after one that rounds.
    """
    steps = tuple(_step(part.strip()) for part in text.split(",") if part.strip())
    if not steps:
        raise ValueError(f"--methods names none: give some of {', '.join(METHODS)}")
    is_rounded = False
    for step in steps:
        is_rounding = step.method.is_rounding
        if is_rounded and not is_rounding:
            raise ValueError(
                f"--methods has {step.name} after one that rounds weights: put those that round last "
                "(distil, structured, magnitude; then int4-weights, int8-static, int8-dynamic)"
            )
        is_rounded = is_rounded or is_rounding
    kept = [step.name in STORAGE for step in steps]
    if kept != sorted(kept):
        raise ValueError(f"--methods has something after {' or '.join(STORAGE)}: how weights are kept comes last")
    return steps


def _step(text: str) -> Step:
    name, *options = text.split(":")
    found: dict[str, Any] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or not key:
            raise ValueError(f"--methods has {text!r}: give options as name:key=value, as in structured:heads=0.5")
        found[key.strip().replace("-", "_")] = yaml.safe_load(value)
    return Step(name.strip(), found)


def choose(model: ModelFolder, target_mb: float | None, *, has_recovery: bool) -> tuple[Step, ...]:
    """The first plan of a ladder that is expected to come to `target_mb`, else the last, which is said.

    int8 everywhere; 4 bits for all but the encoder; half of the encoder's heads and columns out, where a recovery
    training follows; 4 bits for the encoder, too.

    Args:
        model: of floats.
        target_mb: million bytes of the folder; None: int8.
        has_recovery: whether a training follows.
    """
    int8, rest = Step(INT8), _rest(model)
    half = Step("structured", {"heads": 0.5, "columns": 0.5})
    ladder: list[tuple[tuple[Step, ...], float]] = [((int8,), _expected(model, _INT8, _INT8))]
    if rest:
        ladder.append(((rest, int8), _expected(model, _INT8, _INT4)))
    if has_recovery:
        ladder.append(((half, int8), _expected(model, _INT8 / 2, _INT8)))
        if rest:
            ladder.append(((half, rest, int8), _expected(model, _INT8 / 2, _INT4)))
    ladder.append(((Step("int4-weights"), int8), _expected(model, _INT4, _INT4)))
    if target_mb is None:
        return ladder[0][0]
    for steps, expected in ladder:
        if expected <= target_mb * 1e6:
            return steps
    log.warning(
        "no plan is expected to come to %.0f MB (the smallest to %.0f MB): leave tasks out (--without), or distil "
        "into a smaller encoder (--methods distil:dim=320:depth=4 with --recover)",
        target_mb,
        min(size for _, size in ladder) / 1e6,
    )
    return min(ladder, key=lambda one: one[1])[0]


def ending_in_int8(steps: Sequence[Step]) -> tuple[Step, ...]:
    """A plan for a model that was int8: what no method has changed becomes again what it was."""
    if any(step.name == INT8 for step in steps):
        return tuple(steps)
    last = [step for step in steps if step.name in STORAGE]
    return (*(step for step in steps if step.name not in STORAGE), Step(INT8), *last)


def _rest(model: ModelFolder) -> Step | None:
    """4 bits for what is large beside the encoder; None if nothing is."""
    files = {unit.file for unit in matrix_units(model) if unit.file != ENCODER and unit.num_bytes >= 1_000_000}
    return Step("int4-weights", {"only": sorted(files)}) if files else None


def _expected(model: ModelFolder, encoder: float, others: float) -> float:
    """Bytes when matrices of the encoder and of all else shrink to those shares."""
    size = float(folder_bytes(model.path))
    for unit in matrix_units(model, _KINDS):
        if unit.num_bytes >= 1_000_000:  # smaller ones stay: see the methods' `min_bytes`
            size -= unit.num_bytes * (1 - (encoder if unit.file == ENCODER else others))
    return size


def join(steps: Sequence[Step]) -> str:
    """`structured, int8-dynamic`"""
    return ", ".join(step.name for step in steps)
