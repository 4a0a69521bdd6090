"""What is searched: settings of a recipe and the values they may take.

In: YAML. Out: `Knob`s. Each key is a path as `--set` takes it:

    balance.kind: [fixed, uncertainty, pcgrad]           one of these; a value may be a whole section
    optim.lr: {low: 1e-4, high: 1e-2, log: true}         a number between, both included
    encoder.dim: {low: 64, high: 256, step: 64}          whole numbers, since all three are
    balance.weights.speech: {low: 0.1, high: 10, log: true, when: {balance.kind: fixed}}    only in that case
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allears.config.load import parse_settings

__all__ = ["Knob", "find_space", "read_space"]

_KEYS = frozenset({"low", "high", "log", "step", "choices", "when"})


@dataclass(frozen=True)
class Knob:
    """One setting that is searched.

    Attributes:
        path: as `--set` takes it.
        choices: allowed values, as JSON texts; empty for a range.
        low, high, step: of a range; `step` None is any value between.
        is_log: the range is searched by its logarithm.
        is_whole: whole numbers only.
        when: path -> allowed values of other settings; else the knob is left alone.
    """

    path: str
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    step: float | None = None
    is_log: bool = False
    is_whole: bool = False
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def example(self) -> Any:
        """A value it may take."""
        return json.loads(self.choices[0]) if self.choices else (int(self.low) if self.is_whole else self.low)


def find_space(recipe: Path) -> Path:
    """`NAME.tune.yaml` beside `NAME.yaml`.

    Raises:
        ValueError: it is not there.
    """
    path = recipe.with_name(f"{recipe.stem}.tune.yaml")
    if not path.is_file():
        raise ValueError(f"no {path}: write what is to be searched there (see docs/tune.md), or give --space FILE")
    return path


def read_space(path: Path) -> tuple[Knob, ...]:
    """Read a space; a `tune:` key around it is allowed. Knobs that others wait for (`when`) come first.

    Raises:
        ValueError: not such a file, or a setting whose values make no sense.
    """
    if not path.is_file():
        raise ValueError(
            f"no space at {path}: give a YAML file such as `optim.lr: {{low: 1e-4, high: 1e-2, log: true}}`"
        )
    data = parse_settings(path.read_text(encoding="utf-8"), str(path))
    if set(data) == {"tune"} and isinstance(data["tune"], dict):
        data = data["tune"]
    if not data:
        raise ValueError(f"{path} holds no settings: there is nothing to search")
    knobs = [_knob(str(key), value, str(path)) for key, value in data.items()]
    return tuple(sorted(knobs, key=lambda knob: bool(knob.when)))


def _knob(path: str, value: Any, origin: str) -> Knob:
    where = f"{origin}: {path}"
    if isinstance(value, list):
        value = {"choices": value}
    if not isinstance(value, Mapping):
        raise ValueError(f"{where} is {value!r}: give a list of values, or low and high")
    unknown = sorted(set(value) - _KEYS)
    if unknown:
        raise ValueError(f"{where} has {', '.join(map(str, unknown))}: allowed are {', '.join(sorted(_KEYS))}")
    when = {
        str(key): tuple(wanted if isinstance(wanted, list) else [wanted])
        for key, wanted in value.get("when", {}).items()
    }
    if "choices" in value:
        return _choice(path, value, when, where)
    return _range(path, value, when, where)


def _choice(path: str, value: Mapping[str, Any], when: Mapping[str, tuple[Any, ...]], where: str) -> Knob:
    choices = value["choices"]
    if set(value) - {"choices", "when"} or not isinstance(choices, list) or not choices:
        raise ValueError(f"{where}: `choices` is a list of one or more values and stands alone (but for `when`)")
    texts = tuple(json.dumps(choice, sort_keys=True) for choice in choices)
    if len(set(texts)) < len(texts):
        raise ValueError(f"{where} names a value twice: {choices}")
    return Knob(path, choices=texts, when=when)


def _range(path: str, value: Mapping[str, Any], when: Mapping[str, tuple[Any, ...]], where: str) -> Knob:
    numbers: dict[str, Any] = {key: value[key] for key in ("low", "high", "step") if value.get(key) is not None}
    bad = [key for key, number in numbers.items() if isinstance(number, bool) or not isinstance(number, int | float)]
    if bad or not {"low", "high"} <= set(numbers):
        raise ValueError(f"{where} is {dict(value)}: give the numbers low and high (and step, log: true, when)")
    low, high, step = numbers["low"], numbers["high"], numbers.get("step")
    is_log = bool(value.get("log", False))
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"{where}: low is {low} and high {high}: low must be below high")
    if is_log and (low <= 0 or step is not None):
        raise ValueError(f"{where}: log needs low above 0 (it is {low}) and no step")
    if step is not None and step <= 0:
        raise ValueError(f"{where}: step is {step}, it must be above 0")
    is_whole = all(isinstance(number, int) for number in numbers.values())
    return Knob(path, low=low, high=high, step=step, is_log=is_log, is_whole=is_whole, when=when)
