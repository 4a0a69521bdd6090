"""Which task trains when: each regime says what it promises, and says it again when asked again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from allears.regimes import REGIMES, Regime, RunFacts

TASKS = ("a", "b", "c")


def _build(kind: str, num_steps: int = 100, **options: Any) -> Regime:
    sizes = {"a": 10_000, "b": 100, "c": 100}
    return REGIMES[kind](run=RunFacts(TASKS, num_steps, seed=3, num_labelled=lambda: sizes), **options)


def _drawn(regime: Regime, count: int) -> Counter[str]:
    return Counter(task for batch in range(count) for task in regime.turn(0, batch).weights)


def test_joint_trains_all_from_first_to_last() -> None:
    assert all(_build("joint").turn(s, s).weights == dict.fromkeys(TASKS, 1.0) for s in (0, 99))


def test_alternating_goes_round() -> None:
    regime = _build("alternating")
    assert [list(regime.turn(b // 2, b).weights) for b in range(4)] == [["a"], ["b"], ["c"], ["a"]]


def test_alternating_by_weight_and_by_temperature() -> None:
    by_weight = _drawn(_build("alternating", weights={"a": 2.0}), 4000)
    assert by_weight["a"] / 4000 == pytest.approx(0.5, abs=0.03)
    by_size = _drawn(_build("alternating", temperature=2.0), 4000)  # 100 : 10 : 10
    assert by_size["a"] / 4000 == pytest.approx(100 / 120, abs=0.03)
    assert all(len(_build("alternating", temperature=2.0).turn(0, b).weights) == 1 for b in range(20))


def test_sequential_goes_through_the_tasks_in_equal_phases() -> None:
    regime = _build("sequential", num_steps=10)
    got = [("".join(regime.turn(s, s).weights), regime.turn(s, s).phase) for s in range(10)]
    assert got == [("a", 0)] * 3 + [("b", 1)] * 3 + [("c", 2)] * 4
    assert [tuple(regime.tasks_of(p)) for p in range(3)] == [("a",), ("b",), ("c",)]


def test_rehearsal_goes_back_to_old_tasks_in_its_share_of_batches() -> None:
    phases = [{"tasks": ["a"], "steps": 10}, {"tasks": ["b"], "steps": 10}, {"tasks": "c"}]
    regime = _build("sequential", num_steps=100, phases=phases, rehearsal=0.25)
    assert all(list(regime.turn(5, b).weights) == ["a"] for b in range(200))  # nothing is old yet
    drawn = Counter(task for b in range(4000) for task in regime.turn(50, b).weights)
    assert drawn["c"] / 4000 == pytest.approx(0.75, abs=0.03)
    assert drawn["a"] / 4000 == pytest.approx(0.125, abs=0.03)
    assert {regime.turn(50, b).phase for b in range(50)} == {2}


def test_curriculum_adds_groups_and_warms_them() -> None:
    phases = [{"tasks": ["b"], "steps": 10}, {"tasks": ["a"], "steps": 10}]
    regime = _build("curriculum", phases=phases, warm_steps=4)
    assert regime.turn(0, 0).weights == {"b": 1.0}
    assert regime.turn(9, 9).weights == {"b": 1.0}
    assert regime.turn(10, 10).weights == {"b": 1.0, "a": 0.25}
    assert regime.turn(13, 13).weights == {"b": 1.0, "a": 1.0}
    assert regime.turn(21, 21).weights == {"b": 1.0, "a": 1.0, "c": 0.5}
    assert [regime.turn(s, s).phase for s in (9, 10, 20)] == [0, 1, 2]
    assert tuple(regime.tasks_of(2)) == ("c",)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("joint", {}),
        ("alternating", {"weights": {"a": 3.0}}),
        ("sequential", {"rehearsal": 0.5}),
        ("curriculum", {"phases": [{"tasks": ["a"], "steps": 20}], "warm_steps": 5}),
    ],
)
def test_a_regime_is_a_function_of_step_and_batch(kind: str, options: dict[str, Any]) -> None:
    one, other = _build(kind, **options), _build(kind, **options)
    backwards = {b: other.turn(b, b) for b in reversed(range(100))}
    assert all(one.turn(b, b) == backwards[b] for b in range(100))
    assert all(turn.weights and all(w > 0 for w in turn.weights.values()) for turn in backwards.values())
    phases = [backwards[b].phase for b in range(100)]
    assert phases == sorted(phases)
    assert phases[0] == 0


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("alternating", {"weights": {"d": 1.0}}, r"names \['d'\]"),
        ("alternating", {"weights": {"a": 0.0}}, "above 0"),
        ("alternating", {"temperature": 0.0}, "above 0"),
        ("sequential", {"rehearsal": 1.0}, r"\[0, 1\)"),
        ("sequential", {"phases": [{"tasks": ["a"], "steps": 5}]}, r"no phase of regime.phases trains \['b', 'c'\]"),
        ("sequential", {"phases": [{"tasks": ["a"]}, {"tasks": ["b", "c"]}]}, "only the last phase"),
        ("sequential", {"phases": [{"task": ["a"]}]}, "takes `tasks`"),
        ("sequential", {"phases": [{"tasks": ["a"], "steps": 100}, {"tasks": ["b", "c"]}]}, "would begin at step 100"),
        ("curriculum", {"phases": [{"tasks": ["a"], "steps": 5}, {"tasks": ["a"], "steps": 5}]}, "name each once"),
        ("curriculum", {"phases": [{"tasks": ["a"]}]}, "join after it"),
        ("curriculum", {"phases": [{"tasks": ["a"], "steps": 100}]}, "would join at step 100"),
        ("curriculum", {"phases": [{"tasks": ["a", "a"], "steps": 5}]}, "twice"),
    ],
)
def test_what_cannot_be_is_refused(kind: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _build(kind, **options)
