"""Adapters, runs and clips around the small model of tests/unit/compress, written by hand: no torch, no training."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import yaml

from allears.runtime.adapters import FORMAT, Base
from allears.runtime.model_folder import ModelFolder
from allears.runtime.onnx_file import graph_digest
from allears.transfer.places import constants_of

__all__ = ["RATE", "write_adaptation", "write_clips", "write_shifted"]

RATE = 16_000
ENCODER = "encoder.onnx"


def write_shifted(path: Path, folder: Path, *, share: float = 0.5) -> Path:
    """An adapter that makes the first layer's matrix longer by `share` of itself."""
    import onnx

    model = ModelFolder(folder)
    matrix = constants_of(onnx.load(folder / ENCODER).graph)["matrix0"] * (1 + share)
    about = {
        "format": FORMAT,
        "name": path.stem,
        "model": "small 1",
        "base": {ENCODER: asdict(Base(model.sums[ENCODER], graph_digest(folder / ENCODER)))},
        "tasks": [],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    with open(path, "wb") as file:
        np.savez(file, **{f"weight/{ENCODER}/matrix0": matrix.astype(np.float32), "about": text})
    return path


def write_clips(folder: Path, num_clips: int = 8) -> Path:
    """Half a second of a low or a high tone each, labelled `tone`; returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    time_s, rows = np.arange(RATE // 2) / RATE, []
    for number in range(num_clips):
        hz = (300.0, 2500.0)[number % 2] + 40.0 * number
        sound = 0.1 * (1 + number // 2) * np.sin(2 * np.pi * hz * time_s)
        soundfile.write(folder / f"{number}.wav", sound.astype(np.float32), RATE)
        row = {"id": str(number), "audio": f"{number}.wav", "duration_s": 0.5, "split": "dev"}
        rows.append(json.dumps({**row, "tone": ("low", "high")[number % 2]}))
    path = folder / "manifest.jsonl"
    path.write_text("\n".join(rows) + "\n")
    return path


def write_adaptation(
    out: Path, model: str, manifest: Path, rows: Sequence[Mapping[str, Any]], old: Path | None = None,
    old_split: str | None = None,
) -> Path:  # fmt: skip
    """What `allears adapt` leaves, but for the weights: the run's recipe, and the report with these rows."""
    (out / "run" / "checkpoints").mkdir(parents=True)
    recipe = {"init": {"from": model}, "data": {"dev": [{"manifest": str(manifest), "split": "dev"}]}}
    (out / "run" / "recipe.yaml").write_text(yaml.safe_dump({**recipe, "tasks": {"transcribe": {}}}))
    told = {"model": model, "rows": list(rows)}
    told |= {} if old is None else {"old_clips": {"manifest": str(old), "split": old_split}}
    (out / "report.json").write_text(json.dumps(told))
    return out
