"""A head that was exported, as a network that can be trained on: the way back from ONNX to torch.

In: the file of a head and the module it was made from (`export/graphs.py`: `HeadGraph`), with any weights. Out: the
module with the weights of the file; int8 ones become floats again, so that the two differ by the rounding of
activations alone.

`exported_weights.py` reads the weights.

Letters: L layers, D width, C outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from allears.export.graphs import HeadGraph
from allears.parts.spelling import Body, SpellingHead
from allears.sharing.branch import branch
from allears.sharing.hard import hard
from allears.spec import TaskSpec
from allears.transfer.branches import branch_options
from allears.transfer.exported_weights import LAYERS, exported_weights

__all__ = ["load_exported", "shape_of_spelling", "spelling_head"]

_STRIDE = 2  # frames that the recurrent head reads as one; a readout answers them as one, too


def spelling_head(path: Path, task: TaskSpec, num_layers: int, dim: int) -> HeadGraph:
    """The head of a task that spells, and its layer mix, as a module in eval mode.

    Args:
        path: its file.
        task: its spec.
        num_layers: L of the encoder.
        dim: D of the encoder.

    Raises:
        ValueError: the file is no head of that kind.
    """
    weights = exported_weights(path)
    body, hidden, size = shape_of_spelling(weights, path)
    num_units = len(task.classes)
    per_frame = size // num_units
    if per_frame < 1 or size % num_units:
        raise ValueError(f"{path} gives {size} outputs a frame for {num_units} units: give the file of {task.name!r}")
    head = SpellingHead(dim, num_units, per_frame=per_frame, body=body, hidden=hidden)
    reads = {task.name: "mix" if LAYERS in weights else "last"}
    own = branch_options(weights, task.name, num_layers, dim)
    build: Callable[..., nn.Module] = hard if own is None else partial(branch, **own)
    graph = HeadGraph(build(reads=reads, dim=dim, num_layers=num_layers), head, task.name)
    load_exported(graph, weights, path)
    return graph.eval()


def load_exported(graph: HeadGraph, weights: Mapping[str, np.ndarray], path: Path) -> int:
    """Fill a module with the weights of a file. Returns how many tensors.

    Raises:
        ValueError: one that is missing, left over, or has another shape.
    """
    own = graph.state_dict()
    given = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in weights.items() if name in own}
    mix = f"sharing.mix.{graph.task}"
    if LAYERS in weights and mix in own:
        given[mix] = torch.from_numpy(np.log(np.maximum(weights[LAYERS], 1e-12)).astype(np.float32))
    missing = sorted(set(own) - set(given))
    bent = sorted(name for name in given if given[name].shape != own[name].shape)
    left_over = sorted(name for name in weights if name not in own and name != LAYERS)
    if missing or bent or left_over:
        raise ValueError(
            f"{path} does not fit: missing {missing[:5]}, left over {left_over[:5]}, of another shape {bent[:5]}: give "
            "a head that this version of allears exported"
        )
    graph.load_state_dict(given)
    return len(given)


def shape_of_spelling(weights: Mapping[str, np.ndarray], path: Path) -> tuple[Body, int, int]:
    """Kind of the head, its hidden width, and its outputs an encoder frame."""
    if "head.body.tokens.bias" in weights:
        return "readout", weights["head.body.lstms.0.weight_hh_l0"].shape[1], len(weights["head.body.tokens.bias"]) + 1
    if "head.body.lstms.0.weight_hh_l0" in weights:
        hidden = weights["head.body.lstms.0.weight_hh_l0"].shape[1]
        return "lstm", hidden, len(weights["head.body.out.bias"]) // _STRIDE
    if "head.body.stack.project.bias" in weights:
        return "conv", len(weights["head.body.stack.project.bias"]), len(weights["head.body.out.bias"])
    if "head.linear.bias" in weights:
        return "linear", 1, len(weights["head.linear.bias"])
    raise ValueError(f"{path} is no head that spells (it has {sorted(weights)[:4]}): give the file of a `ctc` task")
