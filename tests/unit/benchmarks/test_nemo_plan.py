"""The runs of the nEMO table: all of them, in an order worth stopping in, each a recipe that parses."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="plans name plug-ins of the training side: install the extra `train`")

from nemo_five_tasks.plan import EQUAL, TASKS, Run, plan, recipe_of

from allears.balance import BALANCERS
from allears.sharing import SHARINGS

ENCODERS = ("cnn-bilstm", "whisper")


@pytest.fixture(autouse=True)
def _folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEMO_WORK", str(tmp_path))
    monkeypatch.setenv("ALLEARS_WHISPER_HF", str(tmp_path))


def _plan(seeds: tuple[int, ...] = (0, 1), factor: float = 2.0) -> list[Run]:
    return list(plan(ENCODERS, seeds, lambda encoder, method: factor))


def test_every_balancer_and_sharing_is_there_with_every_seed() -> None:
    runs = _plan()
    wanted = {f"balance/{kind}" for kind in BALANCERS if kind != "fixed"}
    wanted |= {f"sharing/{kind}" for kind in SHARINGS if kind not in ("hard", "branch")}
    wanted |= {EQUAL, *(f"alone/{task}" for task in TASKS)}
    for encoder in ENCODERS:
        for seed in (0, 1):
            found = [r for r in runs if (r.encoder, r.seed, r.factor, r.longer) == (encoder, seed, 1.0, 1.0)]
            assert {r.method for r in found} == wanted


def test_no_run_comes_twice_and_no_two_share_a_folder() -> None:
    runs = _plan(factor=1.0)
    assert len({run.key for run in runs}) == len(runs)


def test_twins_come_first_then_equal_weights_and_seeds_one_after_another() -> None:
    runs = [run for run in _plan() if run.encoder == "whisper"]
    assert [run.method for run in runs[:6]] == [*(f"alone/{task}" for task in TASKS), EQUAL]
    plain = [run.seed for run in runs if run.longer == 1.0]
    assert plain == sorted(plain)
    assert [run.longer for run in runs] == sorted(run.longer for run in runs)


def test_rates_are_tried_at_seed_0_and_taken_over_after() -> None:
    equal = [(run.seed, run.factor) for run in _plan() if run.encoder == "whisper" and run.title == EQUAL]
    assert equal == [(0, 1.0), (0, 0.5), (0, 2.0), (1, 1.0), (1, 2.0)]


def test_a_kind_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="no balancer pcgrat"):
        list(plan(ENCODERS, [0], lambda encoder, method: 1.0, balancers=["pcgrat"]))


@pytest.mark.parametrize("run", _plan((0,)), ids=lambda run: run.key)
def test_every_recipe_parses(run: Run) -> None:
    recipe = recipe_of(run, fold=0)
    group, _, kind = run.method.partition("/")
    assert set(recipe.tasks) == ({kind} if group == "alone" else set(TASKS))
    assert recipe.balance.kind == (kind if group == "balance" else "fixed")
    assert recipe.sharing.kind == (kind if group == "sharing" else "hard")


def test_a_factor_multiplies_the_rates_and_a_fold_is_heard() -> None:
    plain, fast = (recipe_of(Run("whisper", EQUAL, 1, factor), fold=2) for factor in (1.0, 2.0))
    assert fast.optim.lr == 2 * plain.optim.lr
    assert fast.optim.encoder_lr == pytest.approx(2 * (plain.optim.encoder_lr or 0))
    assert fast.data.train[0].manifest.endswith("fold-2/train.jsonl")
    assert fast.seed == 1


def test_more_steps_and_nothing_else() -> None:
    plain, long = (recipe_of(Run("whisper", EQUAL, 1, longer=longer), fold=1).optim for longer in (1.0, 2.5))
    assert long.num_steps == 2.5 * plain.num_steps
    assert long.model_copy(update={"num_steps": plain.num_steps}) == plain
    assert recipe_of(Run("whisper", EQUAL, 1, longer=2.5), fold=1, steps=10).optim.num_steps == 25


def test_gradient_methods_look_at_the_features() -> None:
    assert recipe_of(Run("whisper", "balance/pcgrad", 0), fold=0).balance.options["at"] == "features"
