"""Numbers by task name."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.balance._task_numbers import TaskNumbers  # noqa: E402


def test_numbers_are_saved_under_task_names_in_any_order() -> None:
    numbers = TaskNumbers(["speech", "asr"], size=2, start=0.5)
    numbers["asr"] = (1.0, 1 / 3)
    assert list(numbers.state_dict()) == ["asr", "speech"]
    again = TaskNumbers(["asr", "speech"], size=2)
    again.load_state_dict(numbers.state_dict())
    assert again["asr"] == [1.0, 1 / 3] and again["speech"] == [0.5, 0.5]


def test_numbers_keep_their_precision_wherever_the_model_goes() -> None:
    numbers = TaskNumbers(["a"]).to(torch.bfloat16)
    numbers["a"] = (1 / 3,)
    assert numbers["a"] == [1 / 3]
