"""Whole tiny runs under every regime, regulariser and an adversarial task: what trains, what is told, exact resume."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from allears.config.build import build_tasks
from allears.config.schema import Recipe
from allears.train.checkpoint import find_checkpoint, read_checkpoint
from allears.train.run import run_recipe

MakeRecipe = Callable[..., Recipe]
Rows = list[dict[str, Any]]

SEQUENTIAL = {
    "kind": "sequential",
    "phases": [{"tasks": ["speech"], "steps": 5}, {"tasks": ["language"]}],
    "rehearsal": 0.3,
}
ADVERSARIAL = {"speech": {"hidden": 8}, "language": {"classes": ["de", "en"], "hidden": 8, "reverse": {"weight": 0.5}}}
FROZEN = {"kind": "cnn-bilstm", "dim": 16, "lstm_dim": 16, "freeze": "all"}
RUNS: dict[str, dict[str, Any]] = {
    "alternating": {"regime": {"kind": "alternating", "weights": {"speech": 2.0}}},
    "sequential": {"regime": SEQUENTIAL, "regularise": [{"kind": "ewc", "weight": 10.0, "num_batches": 2}]},
    "anchored": {
        "regime": SEQUENTIAL,
        "regularise": [
            {"kind": "l2-sp", "weight": 0.1, "at": "phase"},
            {"kind": "l2-sp", "weight": 0.1, "parts": ["encoder", "heads.speech"]},
            {"kind": "l1", "weight": 1e-4, "parts": ["heads"]},
            {"kind": "l2", "weight": 1e-3},
        ],
    },
    "curriculum": {
        "regime": {"kind": "curriculum", "phases": [{"tasks": ["speech"], "steps": 4}], "warm_steps": 5},
        "optim": {"num_steps": 10, "lr": 5e-3, "accumulate": 2},
    },
    "sharing": {
        "sharing": {"kind": "film"},
        "encoder": FROZEN,
        "regularise": [{"kind": "task-vector-sparsity", "weight": 0.01}],
    },
    "towers": {"sharing": {"kind": "soft", "l2": 0.1}},
    "adversarial": {"tasks": ADVERSARIAL, "log_conflict_every_steps": 2, "log_affinity_every_steps": 3},
}


def _rows(folder: Path, event: str) -> Rows:
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [row for row in rows if row["event"] == event]


def _losses(folder: Path) -> dict[int, Any]:
    return {row["step"]: (row["losses"], row["penalties"], row["phase"]) for row in _rows(folder, "train")}


@pytest.mark.parametrize("name", list(RUNS))
@pytest.mark.parametrize("last", [4, 8])
def test_resumed_run_is_bit_identical(tmp_path: Path, make_recipe: MakeRecipe, name: str, last: int) -> None:
    recipe = make_recipe(**{"num_steps": 10, **RUNS[name]})
    run_recipe(recipe, tmp_path / "whole")
    run_recipe(recipe, tmp_path / "cut", until=last)
    run_recipe(recipe, tmp_path / "cut", is_resumed=True)
    assert _losses(tmp_path / "cut") == _losses(tmp_path / "whole")
    for event in ("phase", "conflict", "affinity"):
        assert _rows(tmp_path / "cut", event) == _rows(tmp_path / "whole", event)
    ends = [read_checkpoint(find_checkpoint(tmp_path / folder)) for folder in ("whole", "cut")]
    assert all(torch.equal(value, ends[1]["model"][key]) for key, value in ends[0]["model"].items())


def test_a_phase_that_begins_right_after_the_checkpoint_is_begun_once(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    recipe = make_recipe(**{"num_steps": 8, **RUNS["sequential"]})
    run_recipe(recipe, tmp_path / "whole")
    run_recipe(recipe, tmp_path / "cut", until=5)  # phase 1 begins with step 6
    run_recipe(recipe, tmp_path / "cut", is_resumed=True)
    (begun,) = _rows(tmp_path / "cut", "phase")
    assert (begun["step"], begun["phase"], begun["tasks"]) == (6, 1, ["language"])
    assert _losses(tmp_path / "cut") == _losses(tmp_path / "whole")


def test_alternating_trains_one_task_a_step_on_clips_that_carry_it(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=6, regime={"kind": "alternating"}), tmp_path)
    rows = _rows(tmp_path, "train")
    assert [list(row["losses"]) for row in rows] == [["speech"], ["language"]] * 3
    assert [row["labels"]["language"] for row in rows[1::2]] == [4, 4, 4]  # max_clips, though 4 of 12 clips have none
    assert not any(row["redraws"] for row in rows)


def test_a_later_phase_leaves_the_head_of_an_earlier_one_alone(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    regime = {"kind": "sequential", "phases": [{"tasks": ["speech"], "steps": 4}, {"tasks": ["language"]}]}
    recipe = make_recipe(num_steps=8, regime=regime, checkpoint={"every_steps": 4, "keep": 5})
    run_recipe(recipe, tmp_path)
    early, late = (read_checkpoint(tmp_path / "checkpoints" / f"step-00000{n}.pt")["model"] for n in (4, 8))
    moved = {name for name, value in early.items() if not torch.equal(value, late[name])}
    assert any(name.startswith("heads.language") for name in moved)
    assert any(name.startswith("encoder") for name in moved)
    assert not any(name.startswith("heads.speech") for name in moved)


def test_ewc_holds_the_weights_that_the_first_phase_needs(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    away = []
    for name, regularise in (("free", []), ("held", [{"kind": "ewc", "weight": 1e6, "num_batches": 2}])):
        regime = {"kind": "sequential", "phases": [{"tasks": ["speech"], "steps": 4}, {"tasks": ["language"]}]}
        changes = {"regime": regime, "regularise": regularise, "checkpoint": {"every_steps": 4, "keep": 9}}
        run_recipe(make_recipe(num_steps=12, **changes), tmp_path / name)
        ends = [read_checkpoint(tmp_path / name / "checkpoints" / f"step-0000{n}.pt")["model"] for n in ("04", "12")]
        away.append(sum(float((ends[1][k] - v).square().sum()) for k, v in ends[0].items() if k.startswith("encoder.")))
    assert away[1] < away[0]
    penalties = {row["step"]: row["penalties"]["ewc"] for row in _rows(tmp_path / "held", "train")}
    assert all(penalties[step] == 0 for step in range(1, 6))  # the first phase, and the first step of the second
    assert penalties[12] > 0


def test_the_log_of_an_adversarial_run(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    recipe = make_recipe(num_steps=6, **RUNS["adversarial"])
    run_recipe(recipe, tmp_path)
    strengths = [row["reversal"]["language"] for row in _rows(tmp_path, "train")]
    assert strengths[0] == 0.0
    assert strengths == sorted(strengths)
    assert 0.4 < strengths[-1] < 0.5
    conflicts = _rows(tmp_path, "conflict")
    assert {row["step"] for row in conflicts} <= {1, 3, 5}
    assert conflicts[0]["norm"]["language"] == 0  # its strength begins at 0: there is no direction to compare
    assert "language" not in conflicts[0]["cosine"]["speech"]
    for row in conflicts[1:]:
        assert row["cosine"]["speech"]["language"] == row["cosine"]["language"]["speech"]
        assert -1.001 <= row["cosine"]["speech"]["language"] <= 1.001
        assert set(row["norm"]) == {"speech", "language"}
    affinities = _rows(tmp_path, "affinity")
    assert affinities
    assert all(set(row["affinity"]) == set(row["affinity"]["speech"]) == {"speech", "language"} for row in affinities)
    shared = _rows(tmp_path, "sharing")
    assert sum(shared[-1]["layer_weights"]["speech"]) == pytest.approx(1.0)
    assert not build_tasks(recipe)["language"].is_exported
    assert build_tasks(recipe)["speech"].is_exported


def test_task_vectors_are_pulled_at_and_logged(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    ends = []
    for weight in (1e-9, 10.0):
        folder = tmp_path / str(weight)
        sparse = [{"kind": "task-vector-sparsity", "weight": weight}]
        run_recipe(make_recipe(num_steps=10, sharing={"kind": "film"}, regularise=sparse), folder)
        vectors = _rows(folder, "sharing")[-1]["task_vectors"]
        assert set(vectors) == {"speech", "language"}
        ends.append(sum(abs(value) for vector in vectors.values() for value in vector))
    assert ends[1] < 0.8 * ends[0]


def test_what_a_sharing_asks_of_its_weights_is_logged(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=3, sharing={"kind": "soft", "l2": 0.1}), tmp_path)
    penalties = [row["penalties"]["sharing"] for row in _rows(tmp_path, "train")]
    assert penalties[0] == 0.0  # towers begin alike
    assert penalties[-1] > 0.0


def test_measuring_does_not_change_what_is_trained(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=4), tmp_path / "plain")
    run_recipe(make_recipe(num_steps=4, log_conflict_every_steps=1, log_affinity_every_steps=1), tmp_path / "watched")
    assert _losses(tmp_path / "plain") == _losses(tmp_path / "watched")


def test_a_starved_task_is_told(tmp_path: Path, make_recipe: MakeRecipe, caplog: pytest.LogCaptureFixture) -> None:
    recipe = make_recipe(num_steps=5, warn_starved_every_steps=5)
    labels = {"labels": ("keyword",)}  # nobody says the language any more
    data = recipe.data.model_copy(update={"train": (recipe.data.train[0].model_copy(update=labels),)})
    with caplog.at_level(logging.WARNING):
        run_recipe(recipe.model_copy(update={"data": data}), tmp_path)
    assert "task language was heard in 0 of 5 steps" in caplog.text
    (row,) = _rows(tmp_path, "starved")
    assert row["tasks"] == {"language": {"heard": 0, "of": 5}}
    assert all(row["labels"]["language"] == 0 for row in _rows(tmp_path, "train"))


def test_task_shares_lift_a_task(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    recipe = make_recipe(num_steps=12)
    for share, name in ((0.3, "low"), (0.9, "high")):
        data = recipe.data.model_copy(update={"task_shares": {"language": share}})
        run_recipe(recipe.model_copy(update={"data": data}), tmp_path / name)
    seen = {name: _rows(tmp_path / name, "train")[-1]["labels_seen"] for name in ("low", "high")}
    assert seen["high"]["language"] > 2 * seen["low"]["language"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"regularise": [{"kind": "l2", "weight": 1.0, "parts": ["decoder"]}]}, "no such part"),
        ({"regularise": [{"kind": "l2", "weight": 1.0}], "encoder": FROZEN}, "none of the weights that `parts` names"),
        ({"regularise": [{"kind": "l2", "weight": 1.0, "wieght": 2.0}]}, "unknown option regularise.0.wieght"),
        ({"regularise": [{"kind": "task-vector-sparsity", "weight": 1.0}]}, "no task vectors"),
        ({"regime": {"kind": "alternate"}}, "Did you mean 'alternating'"),
        ({"regime": {"kind": "sequential", "order": ["speech"]}}, "unknown option regime.order"),
    ],
)
def test_what_cannot_be_built_is_told(
    tmp_path: Path, make_recipe: MakeRecipe, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        run_recipe(make_recipe(num_steps=2, **changes), tmp_path)


def test_resuming_under_another_regime_or_regulariser_is_refused(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=4), tmp_path, until=1)
    with pytest.raises(ValueError, match="put `regime` back"):
        run_recipe(make_recipe(num_steps=4, regime={"kind": "alternating"}), tmp_path, is_resumed=True)
    with pytest.raises(ValueError, match="put `regularise` back"):
        run_recipe(make_recipe(num_steps=4, regularise=[{"kind": "l2", "weight": 1.0}]), tmp_path, is_resumed=True)
