"""Before and after side by side, and who lost too much."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from allears.tasks.language import language
from allears.transfer.adapting.budget import DEFAULT_BUDGET, compare, read_budgets
from allears.transfer.points import is_higher_better, points_in

TASKS = {"language": language(classes=("de", "en"))}


def _rows(before: float, after: float, budgets: dict[str, float] | None) -> list[tuple[str, float | None, bool]]:
    first, last = ({"language": {"accuracy": value, "macro_f1": 0.5, "loss": 1.0}} for value in (before, after))
    return [(row.metric, row.budget, row.is_lost) for row in compare("old", first, last, TASKS, budgets)]


def test_a_loss_is_counted_in_points_of_the_right_sign() -> None:
    (row,) = compare("old", {"language": {"accuracy": 0.9}}, {"language": {"accuracy": 0.88}}, TASKS, {})
    assert row.points == pytest.approx(-2.0) and row.is_lost


def test_budgets() -> None:
    assert _rows(0.9, 0.88, {}) == [("accuracy", DEFAULT_BUDGET, True), ("macro_f1", None, False)]
    assert _rows(0.9, 0.88, {"language": 2.0})[0] == ("accuracy", 2.0, False)
    assert _rows(0.9, 0.88, {"accuracy": 1.5})[0] == ("accuracy", 1.5, True)
    assert _rows(0.9, 0.88, {"language.macro_f1": 0.0})[1] == ("macro_f1", 0.0, False)
    assert _rows(0.9, 0.1, None)[0] == ("accuracy", None, False)


@pytest.mark.parametrize("metric", ["intent_accuracy", "slot_f1", "phone_error_rate", "wer"])
def test_every_rate_is_counted_in_hundredths(metric: str) -> None:
    assert points_in(metric) == 100.0
    assert is_higher_better(metric) is (metric in ("intent_accuracy", "slot_f1"))


def test_what_was_not_measured_is_not_judged() -> None:
    (row,) = compare("new", {}, {"language": {"accuracy": 0.5}}, TASKS)
    assert row.before is None and row.points is None and not row.is_lost


def test_budgets_as_they_are_written() -> None:
    assert read_budgets(" wer=0.5, emotion=1 ") == {"wer": 0.5, "emotion": 1.0} and read_budgets("") == {}
    for text in ("wer", "wer=x", "=1", "wer=-1"):
        with pytest.raises(ValueError, match="give points that may be lost"):
            read_budgets(text)
    with pytest.raises(ValueError, match=r"--budget names \['werr'\].*language.accuracy"):
        _rows(0.9, 0.9, {"werr": 1.0})
