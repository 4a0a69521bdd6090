"""What allears-base says of clips, for a smaller model to learn from: its last frames and the outputs of its heads.

    python recipes/small/teach.py MANIFEST... --out $ALLEARS_WORK/small     # small/said/*.npz and small/manifest.jsonl

In: manifests; only clips of the split train, of 0.5 to 15 s. Out: the same clips with the field `teacher`. A clip that
is there already is not heard again. Disk: about 50 KB a second of sound (frames in 16 bits).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from allears.audio import load_clip
from allears.data.manifest import Clip, read_manifest, write_manifest
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.spec import Resolution

LENGTH_S = (0.5, 15.0)
LEFT_OUT = ("clean",)  # heads whose outputs are as large as the sound
NAMES = {"ctc": "transcribe"}  # the student's letters are its transcript


def hear(parts: Parts, tasks: Mapping[str, str], clip: Clip, path: Path) -> None:
    """Write what the teacher says of one clip: `frames` (T, D), `logits-TASK` (C,) or (T, C)."""
    audio = load_clip(clip)
    layers = parts.encode(audio)
    said = {f"logits-{name}": parts.head(head, layers).astype(np.float16) for head, name in tasks.items()}
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, frames=layers[-1, 0].astype(np.float16), **said)
    os.replace(partial, path)


def taught(clips: Sequence[Clip], model: ModelFolder, out: Path) -> Iterator[Clip]:
    """The clips, each as it is done."""
    parts = Parts(model, 1)
    heads = [t for t in model.spec.tasks if t.resolution is not Resolution.TEXT and t.name not in LEFT_OUT]
    names = {task.name: NAMES.get(task.name, task.name) for task in heads}
    for number, clip in enumerate(clips):
        path = out / f"{clip.source or 'clip'}_{clip.id}.npz".replace("/", "_").replace(" ", "_")
        if not path.exists():
            hear(parts, names, clip, path)
        if number % 50 == 0:
            print(f"{number} of {len(clips)}", file=sys.stderr)
        yield replace(clip, labels={**clip.labels, "teacher": str(path.resolve())})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifests", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="the teacher (default: the model that comes with allears)")
    args = parser.parse_args()
    clips = [clip for path in args.manifests for clip in read_manifest(path) if clip.split in ("train", None)]
    kept = [clip for clip in clips if LENGTH_S[0] <= (clip.duration_s or 0.0) <= LENGTH_S[1]]
    print(f"{len(kept)} clips; {len(clips) - len(kept)} are shorter or longer than {LENGTH_S} s", file=sys.stderr)
    (args.out / "said").mkdir(parents=True, exist_ok=True)
    write_manifest(taught(kept, ModelFolder(args.model), args.out / "said"), args.out / "manifest.jsonl")


if __name__ == "__main__":
    main()
