"""A model folder as the weights of a network that can be trained on: for who has the exported model and nothing else.

In: a folder and names of tasks. Out: the state of a `MultiTaskModel` with hard sharing, by the names that it has there;
and where the weights of encoder and text decoder are in the files. Heads come through `from_onnx.py`.

What int8 costs is in these weights already: matrices are the rounded ones, as floats. The runtime also rounds what is
multiplied with them, so that the network here and the files differ by that.

Letters: L layers, D width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import onnx
import torch
from torch import Tensor

from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.spec import Resolution, TaskSpec
from allears.transfer.branches import branch_weights
from allears.transfer.from_onnx import LAYERS, exported_weights
from allears.transfer.places import Place, constants_of, find_places, value_at

__all__ = ["Where", "exported_state", "whereabouts"]

_LEAST = 1e-12  # a layer's weight; its logarithm is what is learned


@dataclass(frozen=True)
class Where:
    """Where a parameter of the model is.

    Attributes:
        file: of the folder.
        place: in the file.
        value: float32, as the model has it.
    """

    file: str
    place: Place
    value: np.ndarray


def exported_state(folder: ModelFolder, tasks: Iterable[str]) -> dict[str, Tensor]:
    """Name, as in a `MultiTaskModel` -> value, of the encoder and of what the named tasks have.

    Parameters that only a loss reads (prototypes of speakers) were not exported and are not there.

    Raises:
        ValueError: no such task.
        ModelError: a file is missing or damaged.
    """
    wanted = [folder.spec.task(name) for name in tasks]
    state = {name: where.value for name, where in whereabouts(folder, [task.name for task in wanted]).items()}
    for task in wanted:
        if task.resolution is not Resolution.TEXT:
            state |= _head_state(folder, task)
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()}


def whereabouts(folder: ModelFolder, tasks: Iterable[str]) -> dict[str, Where]:
    """Name, as in a `MultiTaskModel` -> where it is, for the encoder and the text decoders of the named tasks."""
    found = dict(_of_file(folder, ENCODER, _of_encoder))
    for name in tasks:
        task = folder.spec.task(name)
        if task.resolution is Resolution.TEXT:
            start = f"heads.{name}.decoder"
            found |= _of_file(folder, task.file, partial(_of_decoder, start))
            found |= _of_file(folder, str(task.decode["cross"]), partial(_of_cross, start))
    return found


def _of_encoder(name: str) -> str | None:
    return name if name.startswith("encoder.") else None


def _of_decoder(start: str, name: str) -> str | None:
    return name.replace("decoder", start, 1) if name.startswith("decoder.") else None


def _of_cross(start: str, name: str) -> str | None:
    first, _, rest = name.partition(".")
    number, _, last = rest.partition(".")
    return f"{start}.layers.{number}.encoder_attn.{last}" if first == "attentions" else None


def _of_file(folder: ModelFolder, file: str, rename: Callable[[str], str | None]) -> Iterator[tuple[str, Where]]:
    graph = onnx.load(folder.check(file)).graph
    constants = constants_of(graph)
    for name, place in find_places(graph).items():
        if (own := rename(name)) is not None:
            yield own, Where(file, place, value_at(place, constants))


def _head_state(folder: ModelFolder, task: TaskSpec) -> dict[str, np.ndarray]:
    weights = exported_weights(folder.check(task.file))
    state = {f"heads.{task.name}.{n.removeprefix('head.')}": v for n, v in weights.items() if n.startswith("head.")}
    state |= branch_weights(weights)
    if LAYERS in weights:
        state[f"sharing.mix.{task.name}"] = np.log(np.maximum(weights[LAYERS], _LEAST))
    return state
