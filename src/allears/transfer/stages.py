"""A model at one moment: as it was, or after it was adapted; its weights, and what its encoder hears.

In: what a user names: a model folder, the word base, an adapter that is worn on a folder, a run. Out: `Stage`; name of
a parameter -> value; layers of audio. Exported models need no torch; runs do.

Letters: S samples, L layers, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from allears.runtime.adapters import Adapter, Adapters, check_fits, find_adapter, load_adapters, read_adapter
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.runtime.parts import Parts
from allears.spec import Resolution, TaskSpec
from allears.transfer.exported_weights import exported_weights, head_state
from allears.transfer.whereabouts import whereabouts

if TYPE_CHECKING:
    from allears.model import MultiTaskModel  # it needs torch, exported models do not

__all__ = ["Layers", "Stage", "layers_of", "read_stage", "weights_of_stage"]

BASE = "base"
_COMPUTED = ("encoder.log_mel.", "encoder.mel.", "encoder.positions")  # constants of the encoder: nobody learns them


@dataclass(frozen=True)
class Stage:
    """A model at one moment.

    Attributes:
        name: for people.
        path: of the model folder, or of the run or checkpoint.
        adapter: file that is worn on the folder; None if there is none.
        is_start: whether it is the run before its first step, built again from its recipe.
    """

    name: str
    path: Path
    adapter: Path | None = None
    is_start: bool = False

    @property
    def is_exported(self) -> bool:
        """Whether it is a model folder, which needs no torch."""
        return (self.path / ENCODER).is_file()


@dataclass(frozen=True)
class Layers:
    """How an encoder hears.

    Attributes:
        hear: audio (S,) at 16 kHz -> (L, T, D).
        frame_shift_s: seconds from one frame to the next.
    """

    hear: Callable[[np.ndarray], np.ndarray]
    frame_shift_s: float


def read_stage(given: str | Path, worn_on: Stage | None = None) -> Stage:
    """What a user named.

    Args:
        given: `base`, a model folder, a run folder or checkpoint, what `allears adapt` left (its adapter, where there
            is one to be worn, else its run), or an adapter's file or name.
        worn_on: the model that an adapter is worn on.

    Raises:
        ValueError: it is none of these, or an adapter without a model to be worn on.
    """
    path = Path(given)
    if str(given) == BASE:
        folder = ModelFolder().path
        return Stage(folder.name, folder)
    if (path / ENCODER).is_file() or (path / "checkpoints").is_dir() or path.suffix == ".pt":
        return Stage(path.parent.name if path.name == "run" else path.stem, path)
    if (path / "adapter.npz").is_file() and worn_on is not None and worn_on.is_exported:
        return Stage(path.name, worn_on.path, path / "adapter.npz")
    if (path / "run" / "checkpoints").is_dir():
        return Stage(path.name, path / "run")
    if path.is_dir():
        raise ValueError(
            f"{path} is no model: give the folder of an exported model ({ENCODER} in it), a run, what allears adapt "
            "left, or an adapter's file"
        )
    adapter = find_adapter(given)
    if worn_on is None or not worn_on.is_exported:
        raise ValueError(f"{given} is an adapter, and is worn on an exported model: give that with --before")
    return Stage(adapter.parent.name if adapter.stem == "adapter" else adapter.stem, worn_on.path, adapter)


def weights_of_stage(stage: Stage) -> dict[str, np.ndarray]:
    """Name, as in a `MultiTaskModel` -> value, of encoder, text decoders and heads; int8 as floats, LoRA merged.

    A text decoder that several tasks share is there once, as that of the first.

    Raises:
        ValueError: no checkpoint, or a damaged one.
        ModelError: a file of the model is missing or damaged.
    """
    if not stage.is_exported:
        model = _network(stage)
        learned = {name for name, _ in model.named_parameters()}
        return {n: v.detach().cpu().float().numpy() for n, v in model.state_dict().items() if n in learned}
    folder, adapter = ModelFolder(stage.path), None if stage.adapter is None else read_adapter(stage.adapter)
    if adapter is not None:
        check_fits(adapter, folder)
    worn = adapter.weights if adapter else None
    texts = {task.file: task.name for task in reversed(folder.spec.tasks) if task.resolution is Resolution.TEXT}
    found = {name: where.value for name, where in whereabouts(folder, texts.values(), worn).items()}
    found = {name: value for name, value in found.items() if not name.startswith(_COMPUTED)}
    for task, file in _heads(folder, adapter):
        found |= head_state(task.name, exported_weights(file))
    return found


def layers_of(stage: Stage) -> Layers:
    """The encoder of a stage."""
    if stage.is_exported:
        folder = ModelFolder(stage.path)
        parts = Parts(folder, 1, _adapters(folder, stage))
        return Layers(lambda audio: parts.encode(audio)[:, 0], folder.spec.frame_shift_s)
    import torch

    encoder = _network(stage).encoder

    @torch.no_grad()
    def hear(audio: np.ndarray) -> np.ndarray:
        samples = torch.from_numpy(np.ascontiguousarray(audio, np.float32))[None]
        layers: np.ndarray = encoder(samples, torch.tensor([samples.shape[1]])).layers[:, 0].float().numpy()
        return layers

    return Layers(hear, float(encoder.frame_shift_s))  # type: ignore[arg-type]


def _network(stage: Stage) -> MultiTaskModel:
    """The network of a run in eval mode, LoRA merged."""
    from allears.train.checkpoint import find_checkpoint, load_model, read_checkpoint

    if not stage.is_start:
        return load_model(stage.path)
    from allears.config.build import build_model
    from allears.config.load import parse_recipe
    from allears.transfer.lora import merge_lora

    path = find_checkpoint(stage.path)
    model = build_model(parse_recipe(read_checkpoint(path)["recipe"], str(path)))
    merge_lora(model)
    return model.eval()


def _adapters(folder: ModelFolder, stage: Stage) -> Adapters | None:
    return None if stage.adapter is None else load_adapters([stage.adapter], folder)


def _heads(folder: ModelFolder, adapter: Adapter | None) -> Iterator[tuple[TaskSpec, Path | bytes]]:
    """Tasks with a head, the adapter's own first where it has one, and their files."""
    changed = {task.name: task for task in adapter.tasks} if adapter else {}
    for task in [*(t for t in folder.spec.tasks if t.name not in changed), *changed.values()]:
        if task.resolution is not Resolution.TEXT and task.file:
            content = adapter.files.get(task.file) if adapter else None
            yield task, content if content is not None else folder.check(task.file)
