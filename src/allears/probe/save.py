"""Probes -> a model folder: a copy of the model with one more head a probe, its spec and its sums renewed.

In: probes of one model. Out: a folder that `allears hear --model` takes; whole or not there. Needs the library onnx.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import onnx

from allears.export.folder import CHECKSUMS, PAPERS, new_model_folder
from allears.probe.head import head_model
from allears.probe.probe import Probe
from allears.runtime.model_folder import DEFAULT_MODEL, ENCODER, ModelFolder
from allears.spec import METADATA_KEY, ModelSpec, Resolution, TaskSpec

__all__ = ["check_out", "save_heads"]

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def check_out(out: Path, names: Sequence[str], spec: ModelSpec) -> None:
    """See that heads of those names can be written there.

    Raises:
        ValueError: the model has such a task, or it is no name of a file; `out` is the shipped model, or something else
            than a model.
    """
    if out.resolve() == DEFAULT_MODEL.resolve():
        raise ValueError(f"{out} is the model that comes with allears: give another --out")
    if out.exists() and not (out / CHECKSUMS).exists():
        raise ValueError(f"{out} exists and is not a model folder (it has no {CHECKSUMS}): give another --out")
    for name in names:
        _check_name(name, spec)


def _check_name(name: str, spec: ModelSpec) -> None:
    if any(task.name == name for task in spec.tasks):
        raise ValueError(f"the model {spec.name!r} has a task {name!r} already: give the head another --name")
    if not name or not set(name) <= _LETTERS or name.startswith((".", "-")):
        raise ValueError(f"{name!r} cannot be the name of a head: use letters, digits, '-', '_' and '.' (--name)")
    if any(f"{name}.onnx" == file for task in spec.tasks for file in (task.file, ENCODER, *_named(task))):
        raise ValueError(f"the model {spec.name!r} has a file {name}.onnx already: give the head another --name")


def save_heads(probes: Sequence[Probe], out: Path) -> ModelSpec:
    """Write the model of the probes and their heads to `out`; returns its spec.

    Raises:
        ValueError: a name that a head cannot have; `out` is the shipped model, or no model folder.
    """
    folder = probes[0].model
    check_out(out, [probe.name for probe in probes], folder.spec)
    with new_model_folder(out) as made:
        _copy(folder, made)
        tasks = [_write_head(probe, made) for probe in probes]
        spec = replace(folder.spec, tasks=(*folder.spec.tasks, *tasks), notes=_notes(folder.spec, probes))
        _set_spec(made / ENCODER, spec)
    return spec


def _write_head(probe: Probe, made: Path) -> TaskSpec:
    file = f"{probe.name}.onnx"
    onnx.save(head_model(probe.linear, probe.features.blocks, made, probe.model.spec), made / file)
    return TaskSpec(probe.name, Resolution.CLIP, {"kind": "top_one"}, probe.classes, file)


def _copy(folder: ModelFolder, made: Path) -> None:
    """Every file that has a sum, each checked against it, and what people wrote beside them."""
    papers = [path.name for path in folder.path.iterdir() if path.is_file() and path.suffix in PAPERS]
    files = folder.sums or {ENCODER: "", **{name: "" for task in folder.spec.tasks for name in folder.files_of(task)}}
    for name in dict.fromkeys(files):
        shutil.copyfile(folder.check(name), made / name)
    for name in papers:
        if name != CHECKSUMS:
            shutil.copyfile(folder.path / name, made / name)


def _set_spec(path: Path, spec: ModelSpec) -> None:
    model = onnx.load(path)
    kept = {entry.key: entry.value for entry in model.metadata_props}
    onnx.helper.set_model_props(model, kept | {METADATA_KEY: spec.to_json()})
    onnx.save(model, path)


def _notes(spec: ModelSpec, probes: Sequence[Probe]) -> str:
    lines = [
        f"{probe.name}: a {probe.method} probe on {len(probe.features)} clips, "
        f"{100 * probe.accuracy:.1f} % right in cross-validation."
        for probe in probes
    ]
    return "\n".join(filter(None, [spec.notes, *lines]))


def _named(task: TaskSpec) -> tuple[str, ...]:
    return tuple(value for value in task.decode.values() if isinstance(value, str))
