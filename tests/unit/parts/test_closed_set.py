"""Closed sets: one builder behind many task files."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.parts.closed_set import closed_set  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

CONTEXT = LabelContext(16_000, 50, 0.02)


def test_its_answer_has_the_classes_in_order() -> None:
    task = closed_set("mood", field="feeling", classes=("good", "bad"), hidden=8)
    assert task.spec.classes == ("good", "bad")
    assert [task.label.encode({"feeling": v}, CONTEXT) for v in ("bad", "good", "so so")] == [1, 0, None]
    assert task.label.encode({}, CONTEXT) is None
    assert task.head(16)(torch.randn(3, 9, 16), torch.tensor([9, 4, 2])).shape == (3, 2)


@pytest.mark.parametrize("classes", [(), ("a",), ("a", "b", "a")])
def test_one_class_or_one_twice_is_told(classes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"two or more classes.*from_field: feeling"):
        closed_set("mood", field="feeling", classes=classes)
