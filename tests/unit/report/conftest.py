"""Run folders written by hand, so that the page is tested without training; and one that was really trained."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("torch", reason="needs the extra `train`")

from allears.report.runs import Run, read_run
from tests.unit.train.conftest import corpus  # noqa: F401  the tones

MakeRun = Callable[..., Run]


def recipe_of(names: Iterable[str], *, seed: int = 0, **changes: Any) -> dict[str, Any]:
    options = {"language": {"classes": ["de", "en"], "hidden": 8}, "speech": {"hidden": 8}, "gender": {"hidden": 8}}
    recipe = {
        "name": "tones",
        "seed": seed,
        "data": {"train": [{"manifest": "tones/manifest.jsonl", "split": "train"}], "dev": []},
        "encoder": {"kind": "cnn-bilstm", "dim": 16, "lstm_dim": 16},
        "sharing": {"kind": "hard"},
        "tasks": {name: options[name] for name in names},
        "balance": {"kind": "fixed"},
        "optim": {"num_steps": 40, "lr": 1e-3, "schedule": "cosine", "warmup_steps": 0},
        "evaluate": {"every_steps": 10},
    }
    return recipe | changes


def records_of(scores: Mapping[str, float], steps: Iterable[int] = (10, 20, 30, 40)) -> list[dict[str, Any]]:
    """A log whose tasks have these accuracies at the end, and a falling loss."""
    records: list[dict[str, Any]] = [{"event": "start", "step": 0, "device": "cpu", "parameters": {"encoder": 1000}}]
    for step in steps:
        records.append(
            {
                "event": "train", "step": step, "losses": dict.fromkeys(scores, 2.0 / step),
                "weights": {task: 1.0 + step * index for index, task in enumerate(scores)}, "cosine": {},
                "labels_seen": dict.fromkeys(scores, 3 * step),
                "step_s": 0.5, "data_wait_s": 0.1, "audio_s_per_s": 20.0,
            }
        )  # fmt: skip
        found = {
            task: {_metric(task): value * step / 40, "loss": 1.0, "num_clips": 9} for task, value in scores.items()
        }
        records.append({"event": "evaluate", "step": step, "scores": found, "is_best": False})
    return records


def _metric(task: str) -> str:
    return "roc_auc" if task == "speech" else "accuracy"


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """`make_run("a", {"language": 0.8})`: a finished run folder with these final scores; `extra` are more records."""

    def make(
        path: str,
        scores: Mapping[str, float],
        /,
        *,
        seed: int = 0,
        extra: Iterable[Mapping[str, Any]] = (),
        **changes: Any,
    ) -> Run:
        folder = tmp_path / path
        folder.mkdir(parents=True)
        (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe_of(scores, seed=seed, **changes), sort_keys=False))
        records = [*records_of(scores), *extra]
        (folder / "log.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        return read_run(folder)

    return make


@pytest.fixture(scope="session")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """A run of eight steps on tones, with everything the log can hold. Nobody may write to it."""
    from allears.config.load import parse_recipe
    from allears.train.run import run_recipe

    folder = tmp_path_factory.mktemp("trained") / "run"
    sources = {split: [{"manifest": str(corpus), "split": split}] for split in ("train", "dev")}
    recipe = recipe_of(["speech", "language"], data=sources | {"max_clips": 6}, log_every_steps=1, device="cpu")
    recipe |= {"optim": {"num_steps": 8, "lr": 3e-3}, "evaluate": {"every_steps": 4, "best": "language.accuracy"}}
    recipe |= {"log_conflict_every_steps": 2, "log_affinity_every_steps": 4}
    run_recipe(parse_recipe(recipe), folder)
    return folder
