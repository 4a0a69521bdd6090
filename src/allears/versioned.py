"""Specs as JSON that says which version wrote it: what models of every kind keep in their files.

In: text. Out: its fields, if this allears is new enough to read them.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["read_versioned"]


def read_versioned(text: str, what: str, newest: int, key: str = "spec_version") -> dict[str, Any]:
    """The fields, without the version.

    Args:
        text: JSON.
        what: it should be, for messages: `an allears model spec`.
        newest: version that can be read.
        key: of the version.

    Raises:
        ValueError: written by a newer allears, or something else.
    """
    try:
        data = dict(json.loads(text))
        version = int(data.pop(key))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not {what}: {error!r}; export the model again") from error
    if version > newest:
        raise ValueError(
            f"the model was written for spec version {version}, this allears reads up to {newest}: upgrade allears"
        )
    return data
