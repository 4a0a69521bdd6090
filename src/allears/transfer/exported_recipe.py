"""What a recipe has to say to build the network of an exported model: sizes of the encoder, options of its tasks.

In: a model folder. Out: the sections `encoder` and `tasks` of a recipe, read from the spec and from the shapes of the
weights. With `init: {from: FOLDER}` the network then is the exported one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from allears.decode.spelling import SPACE
from allears.export.whole import load_whole
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.transfer.exported_weights import exported_weights
from allears.transfer.from_onnx import shape_of_spelling
from allears.transfer.places import constants_of

__all__ = ["encoder_section", "task_section"]

_HEAD_WIDTH = 64  # of one head of attention, in every size of Whisper
_STRANGERS = {"names": ("?",), "words": ("?", "??")}  # in the place of training speakers and words: not in the file


def encoder_section(folder: ModelFolder) -> dict[str, Any]:
    """The section `encoder`.

    Raises:
        ValueError: the encoder is not Whisper's.
    """
    spec = folder.spec
    graph = load_whole(folder.check(ENCODER)).graph
    shapes = {one.name: tuple(one.dims) for one in graph.initializer}
    if shapes.get("encoder.conv1.weight", ())[1:] != (80, 3) or "encoder.positions" not in shapes:
        raise ValueError(
            f"the encoder of {folder.path} is not Whisper's with 80 mels, the only one that can be taken up again from "
            "ONNX: give the run it was exported from instead"
        )
    section = {
        "kind": "whisper",
        "dim": spec.dim,
        "depth": spec.num_layers - 1,
        "num_heads": _num_heads(folder),
        "tail_s": spec.tail_s,
    }
    return section | _pruned(graph, section)


def _pruned(graph: onnx.GraphProto, section: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes of the layers, where some are not the usual ones."""
    sizes = {one.name: one.dims[0] for one in graph.initializer if one.name.endswith(("q_proj.bias", "fc1.bias"))}
    numbers = range(section["depth"])
    inner = [sizes[f"encoder.layers.{i}.self_attn.q_proj.bias"] for i in numbers]
    columns = [sizes[f"encoder.layers.{i}.fc1.bias"] for i in numbers]
    dim = section["dim"]
    if all(size == dim for size in inner) and all(size == 4 * dim for size in columns):
        return {}
    width = _head_width(graph) or dim // section["num_heads"]
    return {
        "num_heads": max(size // width for size in inner),
        "heads": [size // width for size in inner],
        "columns": columns,
        "head_width": width,
    }


def _head_width(graph: onnx.GraphProto) -> int | None:
    """Of a head of the first layer: queries (1, T, H D) are shaped into (1, T, H, D)."""
    constants = constants_of(graph)
    queries = next(n.output[0] for n in graph.node if "encoder.layers.0.self_attn.q_proj.bias" in n.input)
    shaped = next((n for n in graph.node if n.op_type == "Reshape" and n.input[0] == queries), None)
    width = int(constants[shaped.input[1]][-1]) if shaped is not None and shaped.input[1] in constants else -1
    return width if width > 0 else None


def _num_heads(folder: ModelFolder) -> int:
    """Of the decoder where there is one, which has as many as the encoder."""
    for task in folder.spec.tasks:
        if task.resolution is Resolution.TEXT:
            inputs = onnx.load(folder.check(task.file)).graph.input
            cache = next(one for one in inputs if one.name == "self_key_0")
            return int(cache.type.tensor_type.shape.dim[1].dim_value)
    return folder.spec.dim // _HEAD_WIDTH


def task_section(folder: ModelFolder, name: str, tokenizer: Path | None = None) -> dict[str, Any]:
    """The options of a task.

    Args:
        folder: of the model.
        name: of the task.
        tokenizer: `tokenizer.json` of its vocabulary, for a task that writes with a decoder.

    Raises:
        ValueError: no such task, or one that cannot be built from its file.
    """
    task = folder.spec.task(name)
    if task.resolution is Resolution.TEXT:
        return _decoder(task, folder.check(task.file), tokenizer)
    make = _MAKERS.get(str(task.decode["kind"]).replace("-", "_"))
    if make is None:
        raise ValueError(
            f"the task {name!r} of {folder.path} cannot be taken up again from ONNX (its answers are "
            f"{task.decode['kind']}): give the run it was exported from instead"
        )
    path = folder.check(task.file)
    section = make(task, exported_weights(path), path)
    return section if name in TASKS else {"kind": section.pop("kind", "classify"), **section}


def _decoder(task: TaskSpec, path: Path, tokenizer: Path | None) -> dict[str, Any]:
    graph = onnx.load(path).graph
    depth = sum(one.name.startswith("self_key_") for one in graph.input)
    cache = next(one for one in graph.input if one.name == "self_key_0").type.tensor_type.shape.dim
    num_heads = cache[1].dim_value
    section: dict[str, Any] = {"dim": num_heads * cache[3].dim_value, "depth": depth, "num_heads": num_heads}
    if tokenizer is not None:
        section["tokenizer"] = str(tokenizer)
    if task.decode.get("writes") != "translation":
        return section | {"use_text": True}
    section["to"] = task.decode.get("to", "en")
    return section if task.name == "translate" else {"kind": "translate", **section}


def _choice(task: TaskSpec, weights: Mapping[str, np.ndarray], _: Path) -> dict[str, Any]:
    section: dict[str, Any] = {"hidden": len(weights["head.stack.project.bias"])}
    if task.name == "age-group":  # classes 0-15, 16+: told by where each begins
        return section | {"bands": [int(band.rstrip("+").partition("-")[0]) for band in task.classes[1:]]}
    return section | {"classes": list(task.classes)}


def _speech(_task: TaskSpec, weights: Mapping[str, np.ndarray], _: Path) -> dict[str, Any]:
    return {"hidden": len(weights["head.stack.project.bias"]), "kernel": weights["head.stack.conv1.weight"].shape[2]}


def _letters(task: TaskSpec, weights: Mapping[str, np.ndarray], path: Path) -> dict[str, Any]:
    body, hidden, size = shape_of_spelling(weights, path)
    more = {"languages": list(task.decode["languages"])} if "languages" in task.decode else {}
    if body == "readout":
        pieces = {"pieces": list(task.classes[1:]), "decoder": str(path)}
        return {"kind": "ctc", **pieces, "body": body, "hidden": hidden, **more}
    if any(len(name) > 1 for name in task.classes[2:]) or task.classes[1:2] != (SPACE,):
        raise ValueError(f"{task.name!r} spells with pieces of words, whose tokenizer is not in {path}: give its run")
    section = {"units": list(task.classes[2:]), "body": body, "hidden": hidden, "per_frame": size // len(task.classes)}
    return {"kind": "ctc", **section, **more}


def _embedding(task: TaskSpec, weights: Mapping[str, np.ndarray], path: Path) -> dict[str, Any]:
    names = {"speaker": "names", "keyword-embedding": "words"}.get(task.name)
    if names is None:
        raise ValueError(f"the embedding {task.name!r} of {path} is of no kind that allears has: give its run")
    pools = [node for node in onnx.load(path).graph.node if node.op_type == "AveragePool"]
    stride = next((a.ints[0] for node in pools for a in node.attribute if a.name == "kernel_shape"), 1)
    size, hidden = len(weights["head.out.bias"]), len(weights["head.stack.project.bias"])
    return {names: list(_STRANGERS[names]), "size": size, "hidden": hidden, "stride": int(stride)}


def _sound(_task: TaskSpec, weights: Mapping[str, np.ndarray], _: Path) -> dict[str, Any]:
    return {"hidden": len(weights["head.heard.bias"])}


_MAKERS: Mapping[str, Callable[[TaskSpec, Mapping[str, np.ndarray], Path], dict[str, Any]]] = {
    "ctc": _letters,
    "embedding": _embedding,
    "segments": _speech,
    "spectral_mask": _sound,
    "top_one": _choice,
}  # decode kind -> what reads the options
