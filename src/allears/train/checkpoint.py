"""A run on disk: its checkpoints, its resolved recipe, and a trained model out of them.

In: a folder. Out: files that appear whole or not at all, and the newest or best of them.

    runs/NAME/recipe.yaml               the resolved recipe
    runs/NAME/checkpoints/step-000500.pt
    runs/NAME/checkpoints/best.pt       by `evaluate.best`
    runs/NAME/log.jsonl
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from allears.model import MultiTaskModel

__all__ = ["FORMAT", "RunFolder", "find_checkpoint", "load_model", "read_checkpoint", "weights_of"]

FORMAT = 1  # raised when an older allears could not read the file


class RunFolder:
    """Where a run keeps its things.

    Args:
        path: made if it is not there.
        keep: newest checkpoints that stay; `best.pt` is kept besides.
    """

    def __init__(self, path: Path, *, keep: int = 2) -> None:
        self.path, self._keep = path, keep
        self._checkpoints = path / "checkpoints"
        self._checkpoints.mkdir(parents=True, exist_ok=True)

    @property
    def steps(self) -> list[Path]:
        """Checkpoints by step, oldest first."""
        return _steps(self.path)

    def save(self, state: Mapping[str, Any], *, is_best: bool = False) -> Path:
        """Write a checkpoint of `state["step"]`, drop the oldest ones, and mark it best if it is."""
        path = self._checkpoints / f"step-{state['step']:06d}.pt"
        _write(state, path)
        if is_best:
            self.save_best(state)
        for old in self.steps[: -self._keep]:
            old.unlink()
        return path

    def save_best(self, state: Mapping[str, Any]) -> None:
        """Write `best.pt`."""
        _write(state, self._checkpoints / "best.pt")

    def write_text(self, name: str, text: str) -> Path:
        """Write a small file of the run."""
        path = self.path / name
        partial = path.with_name(name + ".partial")
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
        return path


def find_checkpoint(path: str | Path, *, prefer_best: bool = True) -> Path:
    """The checkpoint that a run folder or file stands for: the best one if there is one, else the newest.

    Raises:
        ValueError: there is none.
    """
    path = Path(path)
    if path.is_file():
        return path
    best, steps = path / "checkpoints" / "best.pt", _steps(path)
    if prefer_best and best.is_file():
        return best
    if not steps:
        raise ValueError(f"no checkpoint in {path}: give a run folder (runs/NAME) or a .pt file of one")
    return steps[-1]


def read_checkpoint(path: str | Path, *, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Read a checkpoint file; plain values and tensors only, no code is run.

    Raises:
        ValueError: it is no checkpoint of allears, or of a newer one.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # torch raises a dozen kinds for a damaged file
        raise ValueError(f"{path} cannot be read as a checkpoint ({type(error).__name__}: {error})") from error
    if not isinstance(state, dict) or "format" not in state:
        raise ValueError(f"{path} is no checkpoint of `allears train`: give a run folder or one of its .pt files")
    if state["format"] > FORMAT:
        raise ValueError(f"{path} has format {state['format']}, this allears reads up to {FORMAT}: upgrade allears")
    return state


def weights_of(state: Mapping[str, Any]) -> dict[str, Tensor]:
    """The weights a checkpoint stands for: the averaged ones where averaging was on."""
    average = state["average"]
    return {**state["model"], **(average["average"] if average else {})}


def load_model(run: str | Path, *, device: torch.device | str = "cpu") -> MultiTaskModel:
    """The trained model of a run folder (best checkpoint, else newest) or of a checkpoint file, in eval mode.

    A pretrained folder the recipe names must still be there: the sizes of the encoder are read from it.
    """
    from allears.config.build import build_model
    from allears.config.load import parse_recipe

    path = find_checkpoint(run)
    state = read_checkpoint(path)
    model = build_model(parse_recipe(state["recipe"], str(path)), is_initialised=False)
    model.load_state_dict(weights_of(state))
    return model.to(device).eval()


def _steps(path: Path) -> list[Path]:
    return sorted((path / "checkpoints").glob("step-*.pt"))


def _write(state: Mapping[str, Any], path: Path) -> None:
    partial = path.with_name(path.name + ".partial")
    torch.save(dict(state), partial)
    os.replace(partial, path)
