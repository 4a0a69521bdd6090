"""Put heads that were trained in several runs on one frozen encoder into one model folder.

    python recipes/base/assemble.py OUT VERSION BASE MODEL...

BASE is a model folder; of each other MODEL the heads that BASE has not are taken over, in that order. DIR:OLD=NEW in a
MODEL's place gives a head another name first: letters stay beside a CTC head of pieces as `DIR:ctc=letters`. All must
have the same encoder, to the last weight. `translate` is added: BASE's own text decoder, asked to translate. Papers
(`.md`, licences) are BASE's, and so is the name.
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
FLOOR_DB = -50.0  # of `clean`: src/allears/decode/spectral_mask.py says how it was chosen; older exports say -30
ON_REQUEST = ("clean", "ctc", "letters", "keyword-embedding", "translate", "turns")  # costly, or means to other ends


def main(out: Path, version: str, base: str, *others: str) -> None:
    """Write `out`, which must not be there."""
    folder, new_names = _renamed(base)
    spec, graph = _spec(folder), _graph(folder)
    tasks = {(one := _named(task, new_names)).name: one for task in spec.tasks}
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as name:
        made = Path(name) / "model"
        shutil.copytree(folder, made)
        for old, new in new_names.items():
            (made / f"{old}.onnx").rename(made / f"{new}.onnx")
        for given in others:
            other, new_names = _renamed(given)
            if _graph(other) != graph:
                raise SystemExit(f"{other} has another encoder than {folder}: train its heads on that one")
            for task in _spec(other).tasks:
                own = _named(task, new_names)
                if own.name not in tasks:
                    shutil.copy(other / task.file, made / own.file)
                    tasks[own.name] = own
        tasks["language"] = replace(tasks["language"], decode={**tasks["language"].decode, "fusion": FUSION})
        if "clean" in tasks:
            tasks["clean"] = replace(tasks["clean"], decode={**tasks["clean"].decode, "floor_db": FLOOR_DB})
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


def _renamed(given: str) -> tuple[Path, dict[str, str]]:
    """`DIR:OLD=NEW` -> the folder, and new names of heads by old ones."""
    folder, _, names = given.partition(":")
    return Path(folder), dict([tuple(names.split("=", 1))]) if "=" in names else {}  # type: ignore[list-item]


def _named(task: TaskSpec, new_names: dict[str, str]) -> TaskSpec:
    new = new_names.get(task.name)
    return task if new is None else replace(task, name=new, file=f"{new}.onnx")


def _translate(transcribe: TaskSpec) -> TaskSpec:
    decode = {**transcribe.decode, "writes": "translation", "to": "en"}
    return TaskSpec("translate", Resolution.TEXT, decode, (), transcribe.file, is_default=False)


def _spec(folder: Path) -> ModelSpec:
    return ModelSpec.from_json(read_metadata(folder / ENCODER)[METADATA_KEY])


def _graph(folder: Path) -> bytes:
    model = onnx.load(folder / ENCODER)
    fuse_gelu(model)
    return model.graph.SerializeToString(deterministic=True)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2], *sys.argv[3:])
