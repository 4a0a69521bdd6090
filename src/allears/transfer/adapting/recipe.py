"""The recipe of an adaptation: what somebody wrote, or a manifest alone, filled up from the model that is adapted.

In: settings, and a model folder or run. Out: settings that build the model as it is, ready to learn: the sections
`encoder` and `init`, the options that its tasks have there, a tokenizer where one is needed. What is given goes first.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from allears.config.data_schema import SourceSection
from allears.data.manifest import Clip, read_manifest
from allears.runtime.model_folder import ModelFolder
from allears.spec import Resolution
from allears.texts import plain_words
from allears.transfer.branches import branch_options, sharing_section
from allears.transfer.exported_recipe import encoder_section, task_section
from allears.transfer.exported_weights import LAYERS, exported_weights
from allears.transfer.initial import is_model_folder
from allears.transfer.methods import Method
from allears.transfer.tokenizer_file import write_tokenizer
from allears.vocabulary import base_language

__all__ = ["fill_up", "make_recipe"]

log = logging.getLogger(__name__)

_LR: Mapping[str, float] = {"lora": 1e-3, "adapters": 1e-3}  # of what is added
_LR_OF_PRETRAINED = 1e-5  # of whole matrices, which a larger one spoils
_SPLITS = ("dev", "test")
_REPLAYED = 0.3  # share of a replay source beside its size


def make_recipe(
    manifest: Path, tasks: Sequence[str], method: Method, *, num_steps: int, replay: Path | None = None
) -> dict[str, Any]:
    """Settings for a manifest with splits, to be filled up.

    Args:
        manifest: its clips of the split `train` are learned from, those of `dev` (or else `test`) measured on.
        tasks: that learn.
        method: see `transfer/methods.py`.
        num_steps: of training.
        replay: manifest of old clips to rehearse, at `_REPLAYED` of their share.

    Raises:
        ValueError: no such manifest, or one without splits.
    """
    if not manifest.is_file():
        raise ValueError(f"no manifest at {manifest}: make one with allears data prepare, or give a recipe instead")
    splits = {clip.split for clip in read_manifest(manifest)}
    measured = next((split for split in _SPLITS if split in splits), None)
    if "train" not in splits or measured is None:
        raise ValueError(
            f"{manifest} has the splits {sorted(str(split) for split in splits)}: adapting needs clips of the split "
            "train to learn from and of dev or test to measure on; add the field `split`, or write a recipe"
        )
    train: list[dict[str, Any]] = [{"manifest": str(manifest), "split": "train", "max_s": 28}]
    if replay is not None:
        train.append({"manifest": str(replay), "weight": _REPLAYED, "max_s": 28})
    rates: dict[str, Any] = {"lr": _LR.get(method, 1e-3)}
    if method not in _LR:
        rates |= {"encoder_lr": _LR_OF_PRETRAINED}
    return {
        "name": "adapted",
        "data": {
            "train": train,
            "dev": [{"manifest": str(manifest), "split": measured, "max_s": 28}],
            "max_batch_s": 40,
        },
        "tasks": {name: {} for name in tasks},
        "optim": {"num_steps": num_steps, "warmup_steps": max(1, num_steps // 10), **rates},
        "adapt": {"method": method},
        "evaluate": {"every_steps": num_steps},
        "checkpoint": {"every_steps": max(1, num_steps // 2), "keep": 1},
    }


def fill_up(settings: Mapping[str, Any], base: str | Path, out: Path, *, is_growing: bool = False) -> dict[str, Any]:
    """Settings of a recipe, with what the model says of itself where they are silent.

    Args:
        settings: of a recipe; not changed.
        base: model folder, run folder or checkpoint.
        out: folder for a tokenizer, if one has to be written.
        is_growing: whether closed sets and letters grow by what the training clips have.

    Raises:
        ValueError: a task that cannot be taken up from that model.
    """
    tasks = {name: dict(section or {}) for name, section in settings["tasks"].items()}
    encoder, sharing, known, mixed = (
        _of_folder(Path(base), tasks, out) if is_model_folder(base) else _of_run(Path(base), tasks)
    )
    for name, options in known.items():
        tasks[name] = options | tasks[name]
    if is_growing:
        clips = [c for source in settings["data"]["train"] for c in _clips(source)]
        tasks = {name: _grown(name, options, clips) for name, options in tasks.items()}
    parts = ["encoder", *(f"heads.{name}" for name in known), *(f"sharing.mix.{name}" for name in mixed)]
    if sharing:
        parts += [f"sharing.branches.{name}" for name in sharing["tasks"]]
    begun = {"encoder": encoder, "init": {"from": str(base), "parts": parts}} | (
        {"sharing": sharing} if sharing else {}
    )
    filled = begun | dict(settings) | {"tasks": tasks}
    if filled["encoder"].get("kind") == "exported":
        filled |= _on_kept_frames(filled, base)
    rates = filled["optim"] = dict(filled["optim"])
    method = (filled.get("adapt") or {}).get("method", "")
    if "lr_of" not in rates and "encoder_lr" in rates and method not in _LR:  # decoders are pretrained, too
        decoders = [name for name in known if name not in mixed]
        rates["lr_of"] = {f"heads.{name}": rates["encoder_lr"] for name in decoders}
    return filled


def _on_kept_frames(filled: Mapping[str, Any], base: str | Path) -> dict[str, Any]:
    """The sections `encoder` and `init` where the exported encoder itself is run: none of its weights is taken over."""
    if not is_model_folder(base):
        raise ValueError(
            f"encoder.kind is exported, but {base} is no exported model: leave `encoder` out, or export the run first"
        )
    init = dict(filled["init"])
    init["parts"] = [part for part in init.get("parts", ()) if part != "encoder"]
    return {"encoder": {"model": str(base), **filled["encoder"]}, "init": init}


def _of_folder(
    path: Path, tasks: Mapping[str, Any], out: Path
) -> tuple[dict[str, Any], dict[str, Any], dict[str, dict[str, Any]], list[str]]:
    """Encoder, sharing (empty for the usual one), options of the tasks that the model has, those among them that weigh
    the layers."""
    folder, branches = ModelFolder(path), dict[str, dict[str, Any]]()
    known, mixed = {}, []
    for task in folder.spec.tasks:
        if task.name not in tasks:
            continue
        is_text, given = task.resolution is Resolution.TEXT, tasks[task.name]
        tokenizer = None
        if is_text and not given.get("tokenizer") and not given.get("pretrained"):
            tokenizer = out / "tokenizer.json"
            if not tokenizer.is_file():
                write_tokenizer(folder.check(str(task.decode["vocabulary"])), tokenizer)
        known[task.name] = task_section(folder, task.name, tokenizer)
        weights = {} if is_text else exported_weights(folder.check(task.file))
        if LAYERS in weights:
            mixed.append(task.name)
        if own := branch_options(weights, task.name, folder.spec.num_layers, folder.spec.dim):
            branches[task.name] = own
    return encoder_section(folder), sharing_section(branches) if branches else {}, known, mixed


def _of_run(
    path: Path, tasks: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, dict[str, Any]], list[str]]:
    from allears.train.checkpoint import find_checkpoint, read_checkpoint

    state = read_checkpoint(find_checkpoint(path))
    recipe = state["recipe"]
    known = {name: dict(section or {}) for name, section in recipe["tasks"].items() if name in tasks}
    known = {name: {k: v for k, v in section.items() if v is not None} for name, section in known.items()}
    mixed = [name for name in known if f"sharing.mix.{name}" in state["model"]]
    sharing = recipe.get("sharing") or {}
    branched = [name for name in sharing.get("tasks") or known if name in known]
    taken = {**sharing, "tasks": branched} if sharing.get("kind") == "branch" and branched else {}
    return {**recipe["encoder"], "freeze": "none", "init_from": None}, taken, known, mixed


def _clips(source: Mapping[str, Any]) -> list[Clip]:
    from allears.config.clips import read_source

    return read_source(SourceSection.model_validate(source))


def _grown(name: str, options: Mapping[str, Any], clips: Sequence[Clip]) -> dict[str, Any]:
    """Options with the classes or letters that the clips add."""
    grown = dict(options)
    field = "emotion" if options.get("kind") == "emotion" else str(options.get("field", name))
    if "classes" in options or (name in ("language", "emotion", "accent", "gender") and not options.get("kind")):
        said = {str(clip.labels[field]) for clip in clips if field in clip.labels}
        said = {base_language(tag) for tag in said} if name == "language" else said
        grown["classes"] = [*options.get("classes", ()), *sorted(said - set(options.get("classes", ())))]
    elif "units" in options:
        letters = {c for clip in clips if "text" in clip.labels for c in plain_words(str(clip.labels["text"]))} - {" "}
        grown["units"] = [*options["units"], *sorted(letters - set(options["units"]))]
    for key in ("classes", "units"):
        if key in grown and (more := len(grown[key]) - len(options.get(key, ()))):
            log.warning("%s learns %d new %s: %s", name, more, key, ", ".join(grown[key][-more:]))
    return grown
