"""A trained run measured on clips.

In: a run folder or checkpoint, and a manifest. Out: `{task: {metric: value}}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from allears.config.build import build_dev, build_model
from allears.config.data_schema import SourceSection
from allears.config.load import override, parse_recipe
from allears.train.checkpoint import find_checkpoint, read_checkpoint, weights_of
from allears.train.device import choose_device
from allears.train.evaluate import Scores, evaluate

__all__ = ["NoLabelsError", "measure"]


class NoLabelsError(ValueError):
    """No clip has a label of any task of the run."""


def measure(
    run: str | Path, *, manifest: str | None = None, split: str | None = None, overrides: Sequence[str] = ()
) -> Scores:
    """Every metric of every task that the clips are labelled for.

    Args:
        run: folder (best checkpoint, else newest) or checkpoint file.
        manifest: JSONL; the recipe's dev clips if absent.
        split: only clips of that split.
        overrides: `KEY=VALUE` settings of the recipe, for example `data.max_clips=4`.

    Raises:
        ValueError: no checkpoint, no clips, or no clip has a label of any task.
    """
    path = find_checkpoint(run)
    state = read_checkpoint(path)
    for text in overrides:
        override(state["recipe"], text)
    recipe = parse_recipe(state["recipe"], str(path))
    device = choose_device(recipe.device)
    model = build_model(recipe, is_initialised=False)
    model.load_state_dict(weights_of(state))
    sources = [SourceSection(manifest=manifest, split=split)] if manifest else None
    batches = build_dev(recipe, model, sources)
    if batches is None:
        raise ValueError(f"the recipe of {run} has no dev clips: give --manifest")
    scores = evaluate(model.to(device), batches, device=device)
    if not scores:
        names = ", ".join(model.tasks)
        raise NoLabelsError(f"no clip has a label of any of the tasks {names}: give another --manifest")
    return scores
