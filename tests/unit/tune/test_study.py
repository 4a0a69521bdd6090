"""The search finds what is best, goes on where it was, and is shared by several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import TrialState

from allears.config.load import load_recipe
from allears.tune import study as study_module
from allears.tune.goal import Goal
from allears.tune.journal import folder_of, num_begun, open_study, take_up
from allears.tune.space import Knob
from allears.tune.study import Search, search, settings_of, write_best
from allears.tune.trial import Stopped

MakeSearch = Callable[..., Search]


def _open(what: Search) -> Any:
    return open_study(what.out / "study.journal", what.goal)


def _chosen(study: Any) -> list[dict[str, Any]]:
    return [settings_of(trial) for trial in study.trials]


@pytest.mark.usefixtures("untrained")
def test_finds_a_rate_near_the_best_and_writes_the_recipe(make_search: MakeSearch) -> None:
    what = make_search()
    study = _open(what)
    assert search(study, what, 25) == 25
    best = settings_of(study.best_trial)
    assert best["balance.kind"] == "fixed"
    assert 3e-3 < best["optim.lr"] < 3e-2
    path = write_best(study, what, what.out / "best.yaml")
    assert path is not None
    written = load_recipe(path)
    assert (written.optim.lr, written.balance.kind, written.name) == (best["optim.lr"], "fixed", "tones-tuned")


@pytest.mark.usefixtures("untrained")
def test_a_search_in_two_halves_is_the_same_search(make_search: MakeSearch) -> None:
    whole, halves = make_search(out="whole"), make_search(out="halves")
    search(_open(whole), whole, 10)
    search(_open(halves), halves, 4)
    assert search(_open(halves), halves, 10) == 6  # another process: it opens the file anew
    assert _chosen(_open(halves)) == _chosen(_open(whole))
    other = make_search(out="other", seed=100)
    search(_open(other), other, 10)
    assert _chosen(_open(other)) != _chosen(_open(whole))


@pytest.mark.usefixtures("untrained")
def test_bad_trials_are_stopped_early(make_search: MakeSearch) -> None:
    what, plain = make_search(out="a"), make_search(out="b", is_pruned=False)
    study, whole = _open(what), _open(plain)
    search(study, what, 15)
    search(whole, plain, 15)
    assert any(trial.state == TrialState.PRUNED for trial in study.trials)
    assert all(trial.state == TrialState.COMPLETE for trial in whole.trials)
    assert study.best_trial.state == TrialState.COMPLETE


def test_two_processes_share_the_trials(make_search: MakeSearch, untrained: list[Path]) -> None:
    what = make_search()
    first, second = _open(what), _open(what)
    search(first, what, 3)
    search(second, what, 6)
    assert search(first, what, 6) == 0
    assert [path.name for path in untrained] == [f"trial-{number:04d}" for number in range(6)]


def test_a_stopped_trial_goes_on_in_its_folder(make_search: MakeSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    what = make_search()
    begun: list[tuple[str, float]] = []

    def pieces(recipe: Any, folder: Path, goal: Goal, *, piece_steps: int) -> Iterator[tuple[int, float]]:
        begun.append((folder.name, recipe.optim.lr))
        yield 2, 1.0
        if len(begun) == 2:
            raise Stopped(15)
        yield 4, 0.5

    monkeypatch.setattr(study_module, "train_in_pieces", pieces)
    with pytest.raises(Stopped):
        search(_open(what), what, 3)
    assert num_begun(_open(what)) == 1
    assert search(_open(what), what, 3) == 2
    assert [name for name, _ in begun] == ["trial-0000", "trial-0001", "trial-0001", "trial-0003"]
    assert begun[1] == begun[2]
    assert num_begun(_open(what)) == 3


def test_trials_of_a_killed_process_can_be_taken_up(make_search: MakeSearch, untrained: list[Path]) -> None:
    what = make_search()
    study = _open(what)
    trial = study.ask()
    trial.suggest_categorical("balance.kind", what.knobs[0].choices)  # and then the machine died
    assert take_up(_open(what)) == 1
    assert take_up(_open(what)) == 0
    again = _open(what)
    search(again, what, 1)
    assert [path.name for path in untrained] == ["trial-0000"]
    assert folder_of(again.trials[1]) == "trial-0000"


def test_a_trial_that_fails_is_counted_and_the_search_goes_on(
    make_search: MakeSearch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def pieces(recipe: Any, folder: Path, goal: Goal, *, piece_steps: int) -> Iterator[tuple[int, float]]:
        if recipe.balance.kind == "uncertainty":
            raise ValueError("the loss is not finite")
        yield 4, 1.0

    monkeypatch.setattr(study_module, "train_in_pieces", pieces)
    what = make_search()
    study = _open(what)
    search(study, what, 8)
    failed = [trial for trial in study.trials if trial.state == TrialState.FAIL]
    assert 0 < len(failed) < 8
    assert failed[0].user_attrs["error"] == "the loss is not finite"
    assert "the loss is not finite" in caplog.text


@pytest.mark.usefixtures("untrained")
def test_a_condition_leaves_a_setting_alone(make_search: MakeSearch) -> None:
    weight = Knob("balance.weights.language", low=0.5, high=2.0, when={"balance.kind": ("fixed",)})
    what = make_search(knobs=(Knob("balance", choices=('{"kind": "fixed"}', '{"kind": "uncertainty"}')), weight))
    study = _open(what)
    search(study, what, 8)
    kinds = {settings["balance"]["kind"]: weight.path in settings for settings in _chosen(study)}
    assert kinds == {"fixed": True, "uncertainty": False}


def test_a_space_that_does_not_fit_is_an_error_before_any_trial(make_search: MakeSearch, untrained: list[Path]) -> None:
    what = make_search(knobs=(Knob("optim.lrr", low=1.0, high=2.0),))
    with pytest.raises(ValueError, match=r"unknown key 'optim.lrr'"):
        search(_open(what), what, 2)
    assert untrained == []


def test_another_goal_needs_another_study(make_search: MakeSearch) -> None:
    what = make_search()
    _open(what)
    with pytest.raises(ValueError, match=r"searched for language\.loss"):
        open_study(what.out / "study.journal", Goal("speech.loss", is_higher_better=False))


def test_a_study_without_a_finished_trial_has_no_best(make_search: MakeSearch) -> None:
    what = make_search()
    assert write_best(_open(what), what, what.out / "best.yaml") is None
    assert not (what.out / "best.yaml").exists()
