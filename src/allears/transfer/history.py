"""Where an adapted model comes from: what it was adapted from, and on which clips.

In: a `Stage`. Out: `History`, read from the recipe of the run that lies beside it; empty if there is none. No torch.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from allears.transfer.stages import Stage

__all__ = ["History", "follow_each_other", "history_of", "named_clips"]


@dataclass(frozen=True)
class History:
    """What is known of an adaptation.

    Attributes:
        origin: the model it began with; None if nobody knows.
        clips: manifests that it was judged on while it learned, and the split of each.
        tasks: that learned.
    """

    origin: Path | None = None
    clips: tuple[tuple[Path, str | None], ...] = ()
    tasks: tuple[str, ...] = ()

    def has_learned(self, manifest: Path, task: str) -> bool:
        """Whether the task was learned on the corpus of that manifest."""
        return task in self.tasks and manifest.resolve() in {path for path, _ in self.clips}


def history_of(stage: Stage) -> History:
    """The history of a stage.

    Raises:
        ValueError: the recipe beside it cannot be read.
    """
    recipe = _recipe(stage)
    if recipe is None:
        return History()
    origin = (recipe.get("init") or {}).get("from")
    sources = recipe.get("data", {}).get("dev") or ()
    return History(
        None if origin is None else Path(os.path.expandvars(origin)).resolve(),
        tuple((Path(os.path.expandvars(source["manifest"])).resolve(), source.get("split")) for source in sources),
        tuple(recipe.get("tasks", ())),
    )


def follow_each_other(stages: Sequence[Stage]) -> bool:
    """Whether each stage was adapted from the one before it; one alone does."""
    return all(_is_of(history_of(later).origin, earlier) for earlier, later in pairwise(stages))


def named_clips(manifest: Path, split: str | None) -> str:
    """`fillets dev`: the folder of a manifest, or its name, and the split."""
    name = manifest.parent.name if manifest.name == "manifest.jsonl" and manifest.parent.name else manifest.stem
    return f"{name} {split}" if split else name


def _is_of(origin: Path | None, stage: Stage) -> bool:
    """Whether that is the run of the stage, a checkpoint in it, or the folder it lies in."""
    if origin is None or stage.adapter is not None:
        return False
    own = stage.path.resolve()
    own = own.parent.parent if own.is_file() else own
    return origin == own or own in origin.parents or (own.name == "run" and origin == own.parent)


def _recipe(stage: Stage) -> dict[str, Any] | None:
    if stage.adapter is not None:
        path = stage.adapter.parent / "run" / "recipe.yaml"
    elif stage.path.is_file():
        path = stage.path.parent.parent / "recipe.yaml"
    else:
        path = stage.path / "recipe.yaml"
    if not path.is_file():
        return None
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())
        raise ValueError(
            f"{path} is not YAML ({why}), so nobody knows what the model was adapted from: write it back as training "
            "left it, or take it away"
        ) from error
    return found if isinstance(found, dict) else None
