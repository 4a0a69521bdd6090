"""Put heads that were trained in several runs on one frozen encoder into one model folder.

    python recipes/base/assemble.py OUT VERSION BASE MODEL...

BASE is a model folder; of each other MODEL the heads that BASE has not are taken over, in that order. All must have the
same encoder, to the last weight. `translate` is added: BASE's own text decoder, asked to translate. Papers (`.md`,
licences) are BASE's, and so is the name.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import onnx

from allears.export.folder import write_checksums
from allears.export.gelu import fuse_gelu
from allears.export.onnx_files import set_metadata
from allears.runtime.onnx_file import read_metadata
from allears.spec import METADATA_KEY, ModelSpec, Resolution, TaskSpec

ENCODER = "encoder.onnx"
# the head's share in the language: 0.5 to 0.8 were looked at on dev clips of asterisk-prompts and EmoDB, and on Czech,
# Dutch, Greek, Bulgarian, Catalan, Romanian and Danish of fillets and Tux Paint, which the head does not know
FUSION = 0.7
ON_REQUEST = ("clean", "ctc", "keyword-embedding", "turns")  # costly for long audio, or means to other ends


def main(out: Path, version: str, base: Path, *others: Path) -> None:
    """Write `out`, which must not be there."""
    spec, graph = _spec(base), _graph(base)
    tasks = {task.name: task for task in spec.tasks}
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as name:
        made = Path(name) / "model"
        shutil.copytree(base, made)
        for other in others:
            if _graph(other) != graph:
                raise SystemExit(f"{other} has another encoder than {base}: train its heads on that one")
            for task in _spec(other).tasks:
                if task.name not in tasks:
                    shutil.copy(other / task.file, made / task.file)
                    tasks[task.name] = task
        tasks["language"] = replace(tasks["language"], decode={**tasks["language"].decode, "fusion": FUSION})
        tasks |= {name: replace(task, is_default=name not in ON_REQUEST) for name, task in tasks.items()}
        if "translate" not in tasks:
            tasks["translate"] = _translate(tasks["transcribe"])
        full = replace(spec, version=version, tasks=tuple(tasks.values()))
        set_metadata(made / ENCODER, {METADATA_KEY: full.to_json()})
        for path in sorted(made.glob("*.onnx")):  # of heads exported before this was done at export
            model = onnx.load(path)
            if fuse_gelu(model):
                onnx.save(model, path)
        write_checksums(made)
        made.replace(out)
    print(f"{out}: {', '.join(tasks)}; {sum(p.stat().st_size for p in out.iterdir()) / 1e6:.1f} MB")


def _translate(transcribe: TaskSpec) -> TaskSpec:
    decode = {**transcribe.decode, "writes": "translation", "to": "en"}
    return TaskSpec("translate", Resolution.TEXT, decode, (), transcribe.file, is_default=False)


def _spec(folder: Path) -> ModelSpec:
    return ModelSpec.from_json(read_metadata(folder / ENCODER)[METADATA_KEY])


def _graph(folder: Path) -> bytes:
    return onnx.load(folder / ENCODER).graph.SerializeToString(deterministic=True)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2], *map(Path, sys.argv[3:]))
