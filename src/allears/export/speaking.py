"""A trained speaking model as the folder that `allears say` reads.

In: the run of an acoustic model, the run of a vocoder, dictionaries. Out: `acoustic.onnx` (with the spec as metadata),
`vocoder.onnx`, `pronounce.onnx`, `lexicon-DIALECT.txt.xz`, `SHA256SUMS`; the folder appears whole or not at all.

How many frames a sentence has is known only when its durations are; so the graph is exported in two halves, and between
them stand two ONNX nodes that no tracing could make: the sum of the durations, and the numbers up to it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import onnx
import torch
from onnx import TensorProto, compose, helper

from allears.config.load import parse_recipe
from allears.export.folder import new_model_folder
from allears.export.half import halve_weights
from allears.export.onnx_files import export_graph, set_metadata
from allears.export.speaking_graphs import FramesGraph, LettersGraph, ProsodyGraph
from allears.model import MultiTaskModel
from allears.parts.mel_head import MelHead
from allears.train.checkpoint import find_checkpoint, load_model, read_checkpoint
from allears.vocoder.network import VocoderNet
from allears.vocoder.train import load_vocoder
from allears.voice_frames import BINS, NUM_MELS
from allears.voice_spec import VOICE_METADATA_KEY, VoiceSpec, read_voice_spec

__all__ = ["export_acoustic", "export_pronounce", "export_vocoder", "pack_voice"]

_PHONES, _FRAMES, _LETTERS = 7, 23, 5  # of the examples that are traced: any sizes but 0 and 1
_KINDS = ("duration", "pitch", "energy", "spectrum")


def pack_voice(run: str | Path, vocoder_run: str | Path, lexicons: Sequence[Path], out: Path) -> VoiceSpec:
    """Write the folder.

    Args:
        run: of `recipes/voice/acoustic.yaml` or one like it: with tasks duration, pitch, energy, spectrum, pronounce.
        vocoder_run: of `python -m allears.vocoder`.
        lexicons: `lexicon-DIALECT.txt.xz`, one for each dialect of the spec.
        out: where it goes.

    Raises:
        ValueError: a task or a dictionary is missing, or `out` is something else.
    """
    recipe = parse_recipe(read_checkpoint(find_checkpoint(run))["recipe"], str(run))
    spec = read_voice_spec(str(recipe.data.input.options["spec"]))
    kinds = {section.kind or name: name for name, section in recipe.tasks.items()}
    if missing := [kind for kind in (*_KINDS, "pronounce") if kind not in kinds]:
        raise ValueError(f"{run} has no task {', '.join(missing)}: train with recipes/voice/acoustic.yaml")
    wanted = {f"lexicon-{dialect}.txt.xz" for dialect in spec.dialects}
    if {path.name for path in lexicons} != wanted:
        raise ValueError(f"dictionaries given: {[path.name for path in lexicons]}, wanted: {sorted(wanted)}")
    model = load_model(run)
    with new_model_folder(out) as folder:
        export_acoustic(model, kinds, folder / "acoustic.onnx")
        export_pronounce(model, kinds["pronounce"], spec, folder / "pronounce.onnx")
        export_vocoder(load_vocoder(vocoder_run), folder / "vocoder.onnx")
        for name in ("acoustic", "pronounce", "vocoder"):
            halve_weights(folder / f"{name}.onnx")
        set_metadata(folder / "acoustic.onnx", {VOICE_METADATA_KEY: spec.to_json()})
        for path in lexicons:
            shutil.copy(path, folder / path.name)
    return spec


def export_acoustic(model: MultiTaskModel, kinds: dict[str, str], path: Path) -> None:
    """`acoustic.onnx`. `kinds`: kind of task -> its name in the model."""
    first, second = ProsodyGraph(model.eval(), {kind: kinds[kind] for kind in _KINDS}), model.heads[kinds["spectrum"]]
    dim = cast(int, model.encoder.dim)
    some = torch.export.Dim.DYNAMIC
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        halves = Path(name) / "prosody.onnx", Path(name) / "frames.onnx"
        one = torch.ones(1, dtype=torch.int64)
        export_graph(
            first,
            (torch.ones(1, _PHONES, dtype=torch.int64), one, one.clone(), torch.ones(1), torch.zeros(1)),
            halves[0],
            ["phones", "voice", "dialect", "speed", "pitch"],
            ["features", "prosody", "durations"],
            ({1: some}, None, None, None, None),
        )
        phones = torch.randn(1, _PHONES, dim), torch.randn(1, _PHONES, 3), torch.full((1, _PHONES), 3)
        export_graph(
            FramesGraph(cast(MelHead, second)),
            (*phones, torch.arange(_FRAMES)),
            halves[1],
            ["features", "prosody", "durations", "frames"],
            ["mel", "f0"],
            ({1: some}, {1: some}, {1: some}, {0: some}),
        )
        onnx.save(_joined(onnx.load(halves[0]), onnx.load(halves[1])), path)


def _joined(prosody: onnx.ModelProto, frames: onnx.ModelProto) -> onnx.ModelProto:
    """Both halves as one graph, with the numbers of the frames between them."""
    first = _with_frame_numbers(prosody)
    second = compose.add_prefix(frames, "frames/")
    between = [(name, f"frames/{name}") for name in ("features", "prosody", "durations", "frames")]
    joined = compose.merge_models(first, second, between, outputs=["durations", "frames/mel", "frames/f0"])
    renamed = {"frames/mel": "mel", "frames/f0": "f0"}
    for node in joined.graph.node:
        node.output[:] = [renamed.get(name, name) for name in node.output]
        node.input[:] = [renamed.get(name, name) for name in node.input]
    order = {"mel": 0, "f0": 1, "durations": 2}
    outputs = sorted(joined.graph.output, key=lambda value: order[renamed.get(value.name, value.name)])
    for value in outputs:
        value.name = renamed.get(value.name, value.name)
    kept = [onnx.ValueInfoProto.FromString(value.SerializeToString()) for value in outputs]
    del joined.graph.output[:], joined.graph.value_info[:]
    joined.graph.output.extend(kept)
    return joined


def _with_frame_numbers(model: onnx.ModelProto) -> onnx.ModelProto:
    """The first half with one more output: `frames`, 0, 1, ... below the sum of the durations."""
    graph = model.graph
    for name, value in (("frames_zero", 0), ("frames_one", 1)):
        graph.initializer.append(helper.make_tensor(name, TensorProto.INT64, [], [value]))
    graph.node.append(helper.make_node("ReduceSum", ["durations"], ["frames_total"], keepdims=0))
    graph.node.append(helper.make_node("Range", ["frames_zero", "frames_total", "frames_one"], ["frames"]))
    graph.output.append(helper.make_tensor_value_info("frames", TensorProto.INT64, [None]))
    return model


def export_pronounce(model: MultiTaskModel, task: str, spec: VoiceSpec, path: Path) -> None:
    """`pronounce.onnx`."""
    graph = LettersGraph(model.eval(), task, len(spec.alphabet), len(spec.alphabet))
    letters = torch.ones(1, _LETTERS, dtype=torch.int64), torch.zeros(1, dtype=torch.int64)
    export_graph(graph, letters, path, ["letters", "dialect"], ["phones"], ({1: torch.export.Dim.DYNAMIC}, None))


def export_vocoder(net: VocoderNet, path: Path) -> None:
    """`vocoder.onnx`."""
    parts = torch.zeros(1, _FRAMES, 2, BINS)
    args = torch.zeros(1, _FRAMES, NUM_MELS), torch.zeros(1, _FRAMES), parts, parts.clone()
    some = torch.export.Dim("T", min=2)
    export_graph(
        net, args, path, ["mel", "f0", "harmonic", "noise"], ["spectrum"], ({1: some}, {1: some}, {1: some}, {1: some})
    )
