"""Answers in the times of a part become answers in the times of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

__all__ = ["shifted"]

_TIMES = frozenset({"start_s", "end_s"})
_DECIMALS = 6  # a sum of rounded times stays readable


def shifted(answer: Any, by_s: float) -> Any:
    """The same answer with every `start_s` and `end_s` in it later by that much, whatever task it is of; None stays."""
    if type(answer) in (tuple, list):
        return type(answer)(shifted(item, by_s) for item in answer)
    if isinstance(answer, Mapping):
        return {key: shifted(item, by_s) for key, item in answer.items()}
    if not is_dataclass(answer) or isinstance(answer, type):
        return answer
    values = {field.name: getattr(answer, field.name) for field in fields(answer) if field.init}
    times = {
        name: None if value is None else round(value + by_s, _DECIMALS)
        for name, value in values.items()
        if name in _TIMES
    }
    inner = {name: shifted(value, by_s) for name, value in values.items() if name not in _TIMES}
    return replace(answer, **times, **inner)
