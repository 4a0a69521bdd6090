"""The weighted mean of models that were trained from the same start: often better than each, and nearer the start.

In: checkpoints of runs with the same recipe shape, each with a share; the pretrained start may have one too. Out: a
run folder that exports and evaluates like any other.
Sources: Wortsman et al. 2022, "Model soups"; Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (the share
of the pretrained weights keeps what a short fine-tuning would forget).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from allears.config.build import build_model
from allears.config.load import parse_recipe
from allears.train.checkpoint import RunFolder, find_checkpoint, read_checkpoint, weights_of

__all__ = ["average_runs", "average_weights"]


def average_weights(models: Sequence[tuple[Mapping[str, Tensor], float]]) -> dict[str, Tensor]:
    """Sum of share * tensor for every name; whole numbers (counters) come from the first model.

    Raises:
        ValueError: the shares do not add up to 1, or the models have other tensors.
    """
    total = sum(share for _, share in models)
    if not models or not math.isclose(total, 1.0, abs_tol=1e-6):
        raise ValueError(f"the shares must add up to 1, they make {total:g}: {[share for _, share in models]}")
    first = models[0][0]
    for other, _ in models[1:]:
        apart = sorted(set(first) ^ set(other)) + sorted(
            k for k in set(first) & set(other) if first[k].shape != other[k].shape
        )
        if apart:
            raise ValueError(f"these models differ in {len(apart)} tensors ({apart[:3]} ...): average like with like")
    return {
        name: sum((share * model[name] for model, share in models[1:]), models[0][1] * tensor)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in first.items()
    }


def average_runs(runs: Sequence[tuple[str, float]], out: Path, *, pretrained_share: float = 0.0) -> Path:
    """Average runs (folder or checkpoint, share) into the run folder `out`. Returns the checkpoint written.

    Args:
        runs: at least one; the recipe and the facts of the first are kept.
        out: must not hold a run yet.
        pretrained_share: of the weights the first run's recipe starts from, before any training.
    """
    folder = RunFolder(out)
    if folder.steps:
        raise ValueError(f"{out} holds a run already: choose another --out")
    states = [read_checkpoint(find_checkpoint(run)) for run, _ in runs]
    models: list[tuple[Mapping[str, Tensor], float]] = [
        (weights_of(state), share) for state, (_, share) in zip(states, runs, strict=True)
    ]
    if pretrained_share:
        models.append((_pretrained(states[0]), pretrained_share))
    state: dict[str, Any] = {**states[0], "model": average_weights(models), "average": None, "optimizer": {}}
    return folder.save(state)


def _pretrained(state: Mapping[str, Any]) -> dict[str, Tensor]:
    """Weights of the recipe's model as it is built, before `init`."""
    return build_model(parse_recipe(state["recipe"], "checkpoint"), is_initialised=False).state_dict()
