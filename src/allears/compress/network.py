"""A model folder as a network of torch that can be changed, and back: what pruning by shape and recovery need.

In: a model folder of floats. Out: a `MultiTaskModel` with its weights; of a changed one, a folder in which the parts
that changed are written anew and all else (thresholds, other heads, vocabulary) stays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from onnx import numpy_helper

from allears.compress.files import copy_files, needed_files
from allears.config.build import build_model
from allears.config.load import parse_recipe
from allears.encoders.base import Encoder
from allears.export.folder import new_model_folder
from allears.export.onnx_files import export_encoder, set_metadata
from allears.export.pack import write_task
from allears.model import MultiTaskModel
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.spec import METADATA_KEY, Resolution
from allears.transfer.adapting.recipe import fill_up

__all__ = ["head_tasks", "put_down", "take_up"]

_LAYERS = "layers"  # what every network but the encoder reads
_UNTRAINED: Mapping[str, Any] = {
    "name": "taken-up",
    "data": {"train": [{"manifest": "none.jsonl"}]},
    "optim": {"num_steps": 1},
}


def take_up(model: ModelFolder, tasks: Iterable[str] | None = None) -> MultiTaskModel:
    """The network of a folder, in eval mode, with the heads of these tasks; of all but text decoders if None.

    Raises:
        ValueError: the encoder is not Whisper's, or a task cannot be built from its file.
    """
    wanted = head_tasks(model) if tasks is None else list(tasks)
    with tempfile.TemporaryDirectory() as folder:
        settings = {**_UNTRAINED, "tasks": {name: {} for name in wanted}}
        recipe = parse_recipe(fill_up(settings, model.path, Path(folder)), str(model.path))
        return build_model(recipe).eval()


def head_tasks(model: ModelFolder) -> list[str]:
    """Tasks that answer with a head; those with a text decoder read the encoder's output, whatever it is made of."""
    return [task.name for task in model.spec.tasks if task.resolution is not Resolution.TEXT]


def put_down(network: MultiTaskModel, model: ModelFolder, out: Path, tasks: Collection[str]) -> None:
    """Write the folder `out`: the encoder and these tasks as they are in `network`, all else as in `model`.

    Args:
        network: that changed.
        model: that it was taken up from.
        out: model folder to write.
        tasks: whose heads, or whose part of the layers, changed.
    """
    encoder = cast(Encoder, network.encoder)
    written = {name: network.tasks[name] for name in tasks}
    with new_model_folder(out) as made:
        export_encoder(network.encoder, made / ENCODER)
        files = {}
        for name, task in written.items():
            files[name] = write_task(network, task, network.heads[name], made, is_int8=False).file
        untouched = replace(model.spec, tasks=tuple(task for task in model.spec.tasks if task.name not in files))
        kept = [name for name in needed_files(model, untouched) if not (made / name).exists()]
        if encoder.num_layers == model.spec.num_layers:
            copy_files(model, made, kept)
        else:
            _copy_for_fewer_layers(model, made, kept, encoder.num_layers)
        specs = tuple(replace(task, file=files.get(task.name, task.file)) for task in model.spec.tasks)
        spec = replace(model.spec, num_layers=encoder.num_layers, dim=encoder.dim, tasks=specs)
        set_metadata(made / ENCODER, {METADATA_KEY: spec.to_json()})


def _copy_for_fewer_layers(model: ModelFolder, made: Path, names: Iterable[str], num_layers: int) -> None:
    """Take over files; those that read the encoder's last layer look for it at its new place."""
    for name in names:
        network = onnx.load(model.path / name) if name.endswith(".onnx") else None
        if network is None or _LAYERS not in {given.name for given in network.graph.input}:
            copy_files(model, made, [name])
            continue
        for given in network.graph.input:
            if given.name == _LAYERS:
                given.type.tensor_type.shape.dim[0].dim_value = num_layers
        last = numpy_helper.from_array(np.array(-1), "last_layer")
        readers = [node for node in network.graph.node if _LAYERS in node.input]
        if any(node.op_type != "Gather" for node in readers):
            raise ValueError(f"{name} weighs all layers and was not written anew: take up its task, too")
        for node in readers:
            node.input[1] = last.name
        network.graph.initializer.append(last)
        del network.graph.value_info[:]
        onnx.save(network, made / name)
