"""A copy of a model folder with another head in it.

In: the folder, the head, where the copy goes. Out: the copy, which appears whole or not at all. Encoder and other heads
are the same files to the last bit, so enrolled voices and keywords stay good.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from allears.export.folder import CHECKSUMS, new_model_folder
from allears.export.graphs import HeadGraph
from allears.export.network import LARGE_HEAD, write_network
from allears.export.onnx_files import export_head
from allears.runtime.model_folder import ModelFolder
from allears.spec import TaskSpec

__all__ = ["check_out", "write_with_head"]

NOTE = "ADAPTED.md"
_LEAST_SAME = 0.95  # of the frames whose likeliest unit has to be the network's own


def check_out(out: Path, source: Path) -> None:
    """Raise ValueError if a model cannot be written there; called before any work."""
    if out.exists() and not (out / CHECKSUMS).exists():
        raise ValueError(f"{out} exists and is not a model folder (it has no {CHECKSUMS}): give another --out")
    if out.exists() and out.resolve() == source.resolve():
        raise ValueError(f"{out} is the model itself: give another --out, the first one stays as it is")


def write_with_head(
    folder: ModelFolder, graph: HeadGraph, task: TaskSpec, out: Path, note: str, layers: np.ndarray
) -> None:
    """Write the copy.

    Args:
        folder: that is copied.
        graph: the head, and its part of the sharing.
        task: whose head it is.
        out: a new folder, or one of an older model.
        note: what was done, for people; goes into `ADAPTED.md`.
        layers: (L, 1, T, D) of some clip, on which file and network are compared.

    Raises:
        ValueError: the file does not say what the network says.
    """
    with new_model_folder(out) as made:
        for path in sorted(folder.path.iterdir()):
            if path.is_file() and path.name not in (CHECKSUMS, task.file):
                shutil.copy(path, made / path.name)
        write = partial(export_head, graph, folder.spec.num_layers, folder.spec.dim)
        write_network(write, made / task.file, at_least=LARGE_HEAD)
        _compare(graph, made / task.file, layers)
        (made / NOTE).write_text(note, encoding="utf-8")


@torch.no_grad()
def _compare(graph: HeadGraph, path: Path, layers: np.ndarray) -> None:
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    written = session.run(["output"], {"layers": layers})[0]
    same = float(np.mean(written.argmax(-1) == graph(torch.from_numpy(layers)).numpy().argmax(-1)))
    if same < _LEAST_SAME:
        raise ValueError(f"only {100 * same:.0f} % of the frames of the written head are the network's: not kept")
