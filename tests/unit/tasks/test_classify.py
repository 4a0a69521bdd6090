"""Any column of a manifest as a task."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.decode import DECODES  # noqa: E402
from allears.decode.base import WindowOutput  # noqa: E402
from allears.spec import ModelSpec  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.classify import classify  # noqa: E402

CONTEXT = LabelContext(3_200, 10, 0.02)
AB = ("a", "b")
SPANS = [[0.0, 0.1, "a"], [0.1, 0.2, "b"]]
CASES: dict[str, tuple[dict[str, Any], Any, str]] = {
    "clip-classes": ({"classes": AB}, "a", "Choice"),
    "clip-multilabel": ({"classes": AB, "output": "multilabel"}, ["a", "b"], "Tags"),
    "clip-number": ({"output": "number", "mean": 5.0, "std": 2.0}, 7, "Number"),
    "frame-classes": ({"classes": AB, "level": "frame"}, SPANS, "Timeline"),
    "frame-multilabel": ({"classes": AB, "level": "frame", "output": "multilabel"}, SPANS, "Timeline"),
    "frame-number": ({"level": "frame", "output": "number"}, [[0.0, 0.2, 1.5]], "Curve"),
}
EVERY_CASE = pytest.mark.parametrize("case", list(CASES))


@EVERY_CASE
def test_it_learns_its_label(case: str) -> None:
    """The loss of one clip falls to nearly nothing, and the metrics say so."""
    options, value, _ = CASES[case]
    torch.manual_seed(0)
    task = classify(name="warmth", hidden=8, **options)
    assert task.label.encode({}, CONTEXT) is None
    target = task.label.collate([task.label.encode({"warmth": value}, CONTEXT)], 10)
    head, frames = task.head(16).eval(), torch.tensor([10])
    features = torch.randn(1, 10, 16)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.02)
    for _ in range(60):
        loss = task.loss_per_clip(head, features, frames, target)
        assert loss.shape == (1,)
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
    assert float(loss.detach()) < 0.1
    for metric in task.metrics():
        metric.update(head(features, frames).detach(), target, frames)
        value = metric.compute()
        if metric.name in ("accuracy", "map"):
            assert value == pytest.approx(1.0)
        elif metric.name == "mae":
            assert value is not None and value < 1.0


@EVERY_CASE
def test_its_answer_is_of_its_kind(case: str) -> None:
    options, _, answer = CASES[case]
    task = classify(name="warmth", hidden=8, **options)
    output = task.head(16).eval()(torch.randn(1, 10, 16), torch.tensor([10]))[0].detach().numpy()
    kind = str(task.spec.decode["kind"]).replace("_", "-")
    model = ModelSpec("m", "1", 16_000, 0.02, 0.0, 29.0, 1, 16)
    assert type(DECODES[kind]([WindowOutput(0.0, 0.2, output)], task.spec, model)).__name__ == answer


def test_frames_in_no_stretch_are_background_where_there_is_one() -> None:
    with_background = classify(name="w", classes=("none", "a"), level="frame", background="none")
    value, is_known = with_background.label.encode({"w": [[0.0, 0.1, "a"], [0.1, 0.2, "strange"]]}, CONTEXT)
    assert is_known.all() and value.argmax(1).tolist() == [1] * 5 + [0] * 5
    without = classify(name="w", classes=AB, level="frame")
    assert without.label.encode({"w": [[0.1, 0.2, "strange"]]}, CONTEXT) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": AB, "level": "word"}, "give clip or frame"),
        ({"output": "multilabel"}, "give each class once"),
        ({"classes": AB, "output": "number"}, "none for number"),
        ({"classes": AB, "background": "a"}, "for `level: frame`"),
        ({"output": "number", "std": 0.0}, "above 0"),
    ],
)
def test_options_that_do_not_go_together_are_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        classify(name="w", **options)


def test_a_number_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="'w' is 'hot': give a number"):
        classify(name="w", output="number").label.encode({"w": "hot"}, CONTEXT)
