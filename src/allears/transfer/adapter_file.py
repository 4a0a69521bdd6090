"""What a model learned, as an adapter file of the model folder it started from.

In: the trained model, with LoRA merged, and the folder. Out: an `.npz` with the weights that are not those of the
folder's files any more, in their form (int8 matrices are rounded again, as `export/quantize.py` does), and the heads
that are new or changed, as whole files. See `runtime/adapters.py` for the layout.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from allears.export.pack import write_task
from allears.model import MultiTaskModel
from allears.runtime.adapters import FORMAT, Base
from allears.runtime.model_folder import ModelFolder
from allears.runtime.onnx_file import graph_digest
from allears.spec import Resolution, TaskSpec
from allears.transfer.exported_model import exported_state
from allears.transfer.places import matrix_int8
from allears.transfer.whereabouts import Where, whereabouts
from allears.user_data import private_file

__all__ = ["write_adapter"]


def write_adapter(path: Path, folder: ModelFolder, model: MultiTaskModel, name: str) -> int:
    """Write the adapter, whole or not at all. Returns its size in bytes.

    Args:
        path: of the file.
        folder: the model that `model` started from.
        model: trained; its tasks may be some of the folder's, and new ones that are no text decoders.
        name: of the adapter, for people.

    Raises:
        ValueError: the model cannot be put on that folder: it has parts that the files have no place for, or nothing
            was learned.
    """
    weights = _changed_weights(folder, model)
    files, specs = _changed_heads(folder, model)
    if not weights and not files:
        raise ValueError("nothing is other than in the model: train for more steps, or at a higher rate")
    changed = sorted({file for file, _ in weights})
    base = {
        file: Base(folder.sums.get(file, ""), graph_digest(folder.check(file)))
        for file in (*changed, *(f for f in files if (folder.path / f).is_file()), "encoder.onnx")
    }
    about: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "model": f"{folder.spec.name} {folder.spec.version}",
        "base": {file: asdict(digests) for file, digests in base.items()},
        "tasks": [asdict(task) for task in specs],
    }
    arrays: dict[str, Any] = {f"weight/{file}/{place}": value for (file, place), value in weights.items()}
    arrays |= {f"file/{file}": np.frombuffer(content, np.uint8) for file, content in files.items()}
    arrays["about"] = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8)
    with private_file(path) as file:
        np.savez(file, **arrays)
    return path.stat().st_size


def _changed_weights(folder: ModelFolder, model: MultiTaskModel) -> dict[tuple[str, str], np.ndarray]:
    """(File, initialiser) -> value, where encoder and text decoders are not what the folder has."""
    texts = [name for name, task in model.tasks.items() if task.spec.resolution is Resolution.TEXT]
    if new := [name for name in texts if name not in {task.name for task in folder.spec.tasks}]:
        raise ValueError(f"{new} are new text decoders, and an adapter has room for heads only: export the whole run")
    places = whereabouts(folder, texts)
    state = {
        name: value
        for name, value in model.state_dict().items()
        if name.startswith(("encoder.", *(f"heads.{task}." for task in texts)))
    }
    if homeless := sorted(set(state) - set(places)):
        raise ValueError(
            f"{len(homeless)} weights have no place in the files of {folder.path} ({homeless[:3]} ...): LoRA can be an "
            "adapter file, the method adapters cannot; export the whole run instead (allears export)"
        )
    found: dict[tuple[str, str], np.ndarray] = {}
    for name, value in state.items():
        for key, array in _as_in_file(places[name], value).items():
            if key in found and not np.array_equal(found[key], array):
                raise ValueError(f"two tasks made other weights of {key[1]} in {key[0]}, which they share: adapt one")
            found[key] = array
    return found


def _as_in_file(where: Where, value: Tensor) -> dict[tuple[str, str], np.ndarray]:
    """The initialisers of a parameter; none if it is what it was."""
    new = value.detach().cpu().float().numpy()
    if np.array_equal(new, where.value):
        return {}
    new = np.ascontiguousarray(new.T if where.place.is_turned else new)
    if not where.place.scale:
        return {(where.file, where.place.name): new.astype(np.float16) if where.place.is_half else new}
    whole, scale = matrix_int8(new)
    return {(where.file, where.place.name): whole, (where.file, where.place.scale): scale}


def _changed_heads(folder: ModelFolder, model: MultiTaskModel) -> tuple[dict[str, bytes], list[TaskSpec]]:
    """Files of the heads that are new or changed, and their specs."""
    files: dict[str, bytes] = {}
    specs: list[TaskSpec] = []
    known = {task.name: task for task in folder.spec.tasks}
    with tempfile.TemporaryDirectory() as place:
        for name, task in model.tasks.items():
            if task.spec.resolution is Resolution.TEXT or not task.is_exported:
                continue
            if name in known and known[name].classes == task.spec.classes and _is_same(folder, model, name):
                continue
            spec = write_task(model, task, model.heads[name], Path(place), is_int8=True)
            files[spec.file] = (Path(place) / spec.file).read_bytes()
            specs.append(spec)
    return files, specs


def _is_same(folder: ModelFolder, model: MultiTaskModel, name: str) -> bool:
    """Whether a head, with its part of the sharing, is what the folder has."""
    state: Mapping[str, Tensor] = model.state_dict()
    kept = exported_state(folder, [name])
    own = {key: value for key, value in kept.items() if key.startswith(f"heads.{name}.") and key in state}
    mix = f"sharing.mix.{name}"
    return all(state[key].equal(value) for key, value in own.items()) and (
        mix not in kept or (mix in state and state[mix].softmax(0).allclose(kept[mix].softmax(0), atol=1e-6))
    )
