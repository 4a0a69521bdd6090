"""Values in a command as a task."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.decode import DECODES  # noqa: E402
from allears.decode.base import WindowOutput  # noqa: E402
from allears.spec import ModelSpec  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.slots import slots  # noqa: E402

CONTEXT = LabelContext(320 * 40, 40, 0.02)
FIELDS = {"text": "To Rome!", "slots": [{"slot": "city", "value": "Rome", "start": 3, "end": 7}]}


def test_the_label_comes_back_as_the_answer() -> None:
    task = slots(slots=("city",), units=("to rome",), hidden=8)
    units = task.label.encode(FIELDS, CONTEXT).units
    path = [n for unit in units for n in (unit, 0)]
    logits = 9 * torch.eye(len(task.spec.classes))[path]
    model = ModelSpec("m", "1", 16_000, 0.02, 0.0, 29.0, 1, 1, (task.spec,))
    answer = DECODES["slots"]([WindowOutput(0.0, 1.0, logits.numpy())], task.spec, model)
    assert (answer.text, answer.values) == ("to rome", {"city": "rome"})


def test_a_text_without_slots_is_absence_and_one_with_none_is_not() -> None:
    task = slots(slots=("city",), units=("to rome",))
    assert task.label.encode({"text": "to rome"}, CONTEXT) is None
    assert task.label.encode({"text": "to rome", "slots": {}}, CONTEXT) is not None


def test_a_slot_that_the_task_does_not_have_is_counted() -> None:
    task = slots(slots=("day",), units=("to rome",))
    assert task.label.encode(FIELDS, CONTEXT) is None
    assert task.label.num_refused.total() == 1


def test_it_needs_one_alphabet() -> None:
    with pytest.raises(ValueError, match="either `units` or `pieces`"):
        slots(slots=("city",))
