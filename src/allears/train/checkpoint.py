"""A run on disk: its checkpoints, its resolved recipe, and a trained model out of them.

In: a folder. Out: files that appear whole or not at all, and the newest or best of them.

    runs/NAME/recipe.yaml               the resolved recipe
    runs/NAME/checkpoints/step-000500.pt
    runs/NAME/checkpoints/best.pt       by `evaluate.best`
    runs/NAME/log.jsonl
"""

from __future__ import annotations

import logging
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from allears.model import MultiTaskModel

__all__ = [
    "FORMAT",
    "DamagedCheckpointError",
    "RunFolder",
    "find_checkpoint",
    "load_model",
    "read_checkpoint",
    "weights_of",
]

log = logging.getLogger(__name__)

FORMAT = 1  # raised when an older allears could not read the file


class DamagedCheckpointError(ValueError):
    """A file that should be a checkpoint and cannot be read as one."""


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
        for left_over in self._checkpoints.glob("*.partial"):  # of a run that was killed while it wrote
            left_over.unlink()
        return path

    def newest_sound(self, device: torch.device | str = "cpu") -> tuple[Path, dict[str, Any]] | None:
        """The newest checkpoint that can be read, and what is in it; None if there is none at all.

        A damaged one (power was lost while the disk wrote) is put aside as `NAME.damaged`, and the one before it is
        taken, at last the best one.

        Raises:
            ValueError: all are damaged, or one is of a newer allears.
        """
        best = self._checkpoints / "best.pt"
        damaged: DamagedCheckpointError | None = None
        for path in [*reversed(self.steps), *([best] if best.is_file() else [])]:
            try:
                _check_sums(path)
                return path, read_checkpoint(path, device=device)
            except DamagedCheckpointError as error:
                aside = path.with_name(path.name + ".damaged")
                log.warning("%s; put aside as %s, and the checkpoint before it is taken", error, aside.name)
                os.replace(path, aside)
                damaged = error
        if damaged is not None:
            raise damaged
        return None

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
        DamagedCheckpointError: it cannot be read.
        ValueError: it is no checkpoint of allears, or of a newer one.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # torch raises a dozen kinds for a damaged file
        raise DamagedCheckpointError(
            f"{path} cannot be read as a checkpoint ({type(error).__name__}: {error})"
        ) from error
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
    """The trained model of a run folder (best checkpoint, else newest) or of a checkpoint file, in eval mode; what
    LoRA learned is in the matrices.

    A pretrained folder the recipe names must still be there: the sizes of the encoder are read from it.
    """
    from allears.config.build import build_model
    from allears.config.load import parse_recipe
    from allears.transfer.lora import merge_lora

    path = find_checkpoint(run)
    state = read_checkpoint(path)
    model = build_model(parse_recipe(state["recipe"], str(path)), is_initialised=False)
    try:
        model.load_state_dict(weights_of(state))
    except RuntimeError as error:
        raise ValueError(
            f"{path} holds other weights than its recipe builds now; it was made by allears {state.get('allears')}, "
            f"commit {state.get('git')}: use that, or train again ({error})"
        ) from error
    merge_lora(model)
    return model.to(device).eval()


def _check_sums(path: Path) -> None:
    """Raise DamagedCheckpointError if a byte is not the one that was written; torch itself does not look."""
    try:
        with zipfile.ZipFile(path) as file:
            bad = file.testzip()
    except zipfile.BadZipFile as error:
        raise DamagedCheckpointError(f"{path} cannot be read as a checkpoint ({error})") from error
    if bad is not None:
        raise DamagedCheckpointError(f"{path} cannot be read as a checkpoint (the checksum of {bad} is wrong)")


def _steps(path: Path) -> list[Path]:
    return sorted((path / "checkpoints").glob("step-*.pt"))


def _write(state: Mapping[str, Any], path: Path) -> None:
    """Whole or not at all, also when the power fails: on the disk before the name is, and the name before this ends."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "wb") as file:
        torch.save(dict(state), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
