"""Options of a decode kind, out of a model's `TaskSpec.decode`.

In: `{"kind": ..., name: value}` and the defaults of the kind. Out: name -> value. An option the kind does not know (a
model of a newer allears) is told in the log and not used.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

__all__ = ["numbers"]

log = logging.getLogger(__name__)


def numbers(decode: Mapping[str, Any], defaults: Mapping[str, float]) -> dict[str, float]:
    """The numeric options of a kind, filled up with its defaults.

    Raises:
        ValueError: an option that is not a number.
    """
    unknown = sorted(set(decode) - set(defaults) - {"kind"})
    if unknown:
        log.warning("decode options %s of kind %r are not known and not used", unknown, decode.get("kind"))
    values: dict[str, float] = {}
    for name, default in defaults.items():
        value = decode.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"the decode option {name!r} must be a number, got {value!r}: export the model again")
        values[name] = float(value)
    return values
