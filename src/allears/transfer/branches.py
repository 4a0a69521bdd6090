"""What an exported head says of its branch: own upper layers of the encoder that its task reads (`sharing/branch.py`).

In: the weights of a head's file. Out: the options of the sharing that it was exported with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["HEAD_WIDTH", "branch_options", "branch_weights", "sharing_section"]

HEAD_WIDTH = 64  # of one head of attention, in every size of Whisper
_LAYER = re.compile(r"sharing\.branches\.([^.]+)\.layers\.(\d+)\.fc1\.bias")


def branch_options(weights: Mapping[str, np.ndarray], task: str, num_layers: int, dim: int) -> dict[str, Any] | None:
    """Options of `sharing: {kind: branch}` for the branch of a task; None if it has none.

    Args:
        weights: of the head, by name.
        task: its name.
        num_layers: L of the encoder.
        dim: D of the encoder.
    """
    found = (match for name in weights if (match := _LAYER.fullmatch(name)))
    own = {int(match[2]): match[0] for match in found if match[1] == task}
    if not own:
        return None
    hidden = len(weights[own[0]])
    return {
        "at": num_layers - 1 - len(own), "tasks": [task], "num_heads": max(1, dim // HEAD_WIDTH), "hidden_dim": hidden,
    }  # fmt: skip


def branch_weights(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Those of the branch, by the names that they have in a `MultiTaskModel`."""
    return {name: value for name, value in weights.items() if name.startswith("sharing.branches.")}


def sharing_section(branches: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The section `sharing` of a recipe with the branches of several tasks (task -> `branch_options`).

    Raises:
        ValueError: they leave the encoder at different layers, which one sharing cannot.
    """
    shapes = {task: {key: value for key, value in given.items() if key != "tasks"} for task, given in branches.items()}
    first = next(iter(shapes.values()))
    if any(shape != first for shape in shapes.values()):
        raise ValueError(f"the tasks have branches of different shapes ({shapes}): take up one of them at a time")
    return {"kind": "branch", **first, "tasks": list(branches)}
