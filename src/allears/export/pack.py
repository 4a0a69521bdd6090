"""A trained model -> the folder the runtime loads: ONNX files, vocabulary, checksums.

In: a `MultiTaskModel`. Out: `encoder.onnx` (with the `ModelSpec` in its metadata), a file a head, for `transcribe` the
decoder and its cross projections, `vocabulary.txt`, `SHA256SUMS`. A model whose encoder is itself an exported one
(`encoders/exported.py`) keeps that folder's files and adds its heads.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

from torch import nn

from allears.encoders.base import Encoder
from allears.encoders.exported import ExportedEncoder
from allears.export.folder import CHECKSUMS, new_model_folder
from allears.export.graphs import CrossGraph, HeadGraph
from allears.export.network import LARGE_HEAD, write_network
from allears.export.onnx_files import export_cross, export_decoder, export_encoder, export_head, set_metadata
from allears.export.quantize import add_vocabulary
from allears.model import MultiTaskModel
from allears.spec import METADATA_KEY, ModelSpec, Resolution, TaskSpec
from allears.tasks.base import Task
from allears.tasks.transcribe import TranscribeHead
from allears.vocabulary import Vocabulary

__all__ = ["About", "pack", "write_task"]

MAX_WINDOW_S = 28.0  # Whisper's positions end at 30 s; the silent tail and a margin come off


@dataclass(frozen=True)
class About:
    """What a model says of itself: its name, the version of its weights, and notes on data and licence."""

    name: str
    version: str
    notes: str = ""


def pack(model: MultiTaskModel, out: Path, about: About, *, is_int8: bool = True) -> ModelSpec:
    """Write the model folder `out`, which appears whole or not at all. Returns the spec in it.

    What people wrote beside an older model there (its card, licences) stays: `.md` files and those without an ending.

    Raises:
        ValueError: `out` exists and is not a model folder.
    """
    with new_model_folder(out) as made:
        spec = _write(model.eval(), made, about, is_int8)
        set_metadata(made / "encoder.onnx", {METADATA_KEY: spec.to_json()})
    return spec


def _write(model: MultiTaskModel, folder: Path, about: About, is_int8: bool) -> ModelSpec:
    encoder = cast(Encoder, model.encoder)
    kept: tuple[TaskSpec, ...] = ()
    if isinstance(model.encoder, ExportedEncoder):
        kept = _copy(model.encoder, folder)
    else:
        write_network(lambda path: export_encoder(model.encoder, path), folder / "encoder.onnx", is_int8)
    specs = {task.name: task for task in kept}
    for name, task in model.tasks.items():
        if task.is_exported:
            specs[name] = write_task(model, task, model.heads[name], folder, is_int8)
    return ModelSpec(
        name=about.name,
        version=about.version,
        sample_rate=16_000,
        frame_shift_s=encoder.frame_shift_s,
        tail_s=encoder.tail_s,
        max_window_s=MAX_WINDOW_S,
        num_layers=encoder.num_layers,
        dim=encoder.dim,
        tasks=tuple(specs.values()),
        notes=about.notes,
    )


def _copy(encoder: ExportedEncoder, folder: Path) -> tuple[TaskSpec, ...]:
    """Take over the files of an exported model."""
    for line in (encoder.folder / CHECKSUMS).read_text().splitlines():
        name = line.split(maxsplit=1)[1].lstrip("*")
        shutil.copy(encoder.folder / name, folder / name)
    return encoder.spec.tasks


def write_task(model: MultiTaskModel, task: Task, head: nn.Module, folder: Path, is_int8: bool) -> TaskSpec:
    """Write the files of one task into a folder. Returns its spec, which names them."""
    encoder = cast(Encoder, model.encoder)
    if task.spec.resolution is Resolution.TEXT:
        assert isinstance(head, TranscribeHead)
        cross = CrossGraph(model.sharing, head.decoder, task.name)
        write_network(
            lambda path: export_cross(cross, encoder.num_layers, encoder.dim, path),
            folder / task.spec.decode["cross"],
            is_int8,
        )
        _write_decoder(head, folder / task.spec.file, folder / task.spec.decode["vocabulary"], is_int8)
        return task.spec
    file = f"{task.name}.onnx"
    graph = HeadGraph(model.sharing, head, task.name)
    # most heads are small: in int8 they would save little and cost accuracy
    write = partial(export_head, graph, encoder.num_layers, encoder.dim)
    write_network(write, folder / file, is_int8, at_least=LARGE_HEAD)
    return replace(task.spec, file=file)


def _write_decoder(head: TranscribeHead, file: Path, vocabulary: Path, is_int8: bool) -> None:
    decoder = head.decoder
    write_network(lambda path: export_decoder(decoder, path), file, is_int8)
    add_vocabulary(file, decoder.embed_tokens.weight.detach().float().numpy(), is_int8=is_int8)
    Vocabulary.from_tokenizer_json(head.tokenizer).save(vocabulary)
