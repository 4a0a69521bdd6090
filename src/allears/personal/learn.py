"""An adapter out of a user's corrected clips: what `allears me learn` does. Needs the extra `train` when it is called.

In: the corrections and the model they were made with. Out: an adapter in the user's folder (`runtime/adapters.py`).
Only the text decoder learns (LoRA), so that voices, keywords and all other tasks hear as before. Every fourth clip is
held out; if those are not written better afterwards, nothing is kept.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from allears.personal.corrections import Correction, CorrectionStore
from allears.runtime.model_folder import ModelFolder
from allears.user_data import file_name, private_file, user_folder

__all__ = ["Learned", "Trainer", "learn", "write_manifest"]

_FEWEST = 12  # clips
_HELD_OUT = 4  # of so many clips, one
_STEPS, _BATCH_S = 12, 24.0  # a dozen clips of 4 s are heard six times

Trainer = Callable[[ModelFolder, Path, Path], tuple[Path | None, float, float]]
"""(model, manifest, folder to work in) -> adapter file or None, error on held-out clips before and after, 0 to 1."""


@dataclass(frozen=True)
class Learned:
    """What came of it. `before`, `after`: error on the held-out clips, 0 to 1; `seconds` it took."""

    path: Path
    num_clips: int
    before: float
    after: float
    seconds: float


def learn(name: str, model: str | Path | None = None, *, trainer: Trainer | None = None) -> Learned:
    """Make the adapter `name` of the user's corrections.

    Args:
        name: of the adapter; one of that name is replaced.
        model: folder of the model; the one that ships if None.
        trainer: that learns; `_with_lora` if None.

    Raises:
        ValueError: too few corrections; held-out clips are not written better.
        ModuleNotFoundError: the extra `train` is not installed.
        OSError: the user's folder cannot be written.
    """
    began, store = time.perf_counter(), CorrectionStore()
    corrections = [one for one in store.load() if store.audio_of(one).is_file()]
    if len(corrections) < _FEWEST:
        raise ValueError(
            f"there are {len(corrections)} corrected clips, learning needs {_FEWEST}: allears correct CLIP TEXT, also "
            "for clips that were heard right"
        )
    folder = ModelFolder(model)
    with tempfile.TemporaryDirectory() as work:
        manifest = write_manifest(Path(work) / "manifest.jsonl", corrections, store)
        made, before, after = (trainer or _with_lora)(folder, manifest, Path(work) / "run")
        if made is None or after >= before:
            raise ValueError(
                f"nothing was kept: of the held-out clips {100 * before:.1f} % of words were wrong before and "
                f"{100 * after:.1f} % after learning; correct more clips and learn again"
            )
        path = user_folder("adapters") / file_name(name, ".npz")
        with private_file(path) as file:
            file.write(made.read_bytes())
    return Learned(path, len(corrections), before, after, time.perf_counter() - began)


def write_manifest(path: Path, corrections: Sequence[Correction], store: CorrectionStore) -> Path:
    """Corrections as clips to train on, every fourth of them to measure on."""
    lines = [
        json.dumps(
            {
                "id": one.id,
                "audio": os.fspath(store.audio_of(one).absolute()),
                "duration_s": one.duration_s,
                "split": "dev" if number % _HELD_OUT == _HELD_OUT - 1 else "train",
                "text": one.text,
                "source": "corrections",
                "licence": "private",
                **({"language": one.language} if one.language else {}),
            },
            ensure_ascii=False,
        )
        for number, one in enumerate(corrections)
    ]
    with private_file(path) as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
    return path


def _with_lora(folder: ModelFolder, manifest: Path, out: Path) -> tuple[Path | None, float, float]:
    """A `Trainer`: LoRA on the text decoder (`allears.transfer`)."""
    from allears.transfer.adapting.recipe import make_recipe
    from allears.transfer.adapting.run import adapt

    settings = make_recipe(manifest, ["transcribe"], "lora", num_steps=_STEPS)
    settings["adapt"] = {**settings["adapt"], "parts": ["decoder"]}
    settings["data"] = {**settings["data"], "max_batch_s": _BATCH_S}
    done = adapt(folder.path, settings, out)
    if not done.is_finished:
        raise ValueError(
            f"learning was stopped after {done.num_steps} of {_STEPS} steps: nothing was kept; run it again"
        )
    errors = {row.metric: (row.before, row.after) for row in done.rows if row.task == "transcribe"}
    before, after = errors.get("wer") or (None, None)
    if before is None or after is None:
        return None, 1.0, 1.0
    return (Path(done.adapter) if done.adapter else None), before, after
