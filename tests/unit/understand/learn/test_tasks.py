from __future__ import annotations

import pytest
import torch

from allears.tasks.base import LabelContext
from allears.understand.learn.tasks import MeanHead, build_tasks, tags_task
from tests.unit.understand.test_spec import SPEC

TAGS = ("O", "B-x", "I-x")


def test_a_tag_is_asked_of_each_first_piece() -> None:
    label, context = tags_task("slots-a", TAGS).label, LabelContext(6, 6, 0.0)
    value = label.encode({"slots-a": ["B-x", "O"], "first": (1, 4)}, context)
    assert value is not None and value.tolist() == [-100, 1, -100, -100, 0, -100]
    assert label.encode({"first": (1,)}, context) is None, "another set's sentence"
    assert label.encode({"slots-a": ["B-new"], "first": (1,)}, context) is None, "a tag that training never saw"
    assert label.collate([value, value[:4]], 7).shape == (2, 7)


def test_the_loss_is_of_the_words_alone() -> None:
    task = tags_task("slots-a", TAGS)
    head, features = task.head(8).eval(), torch.randn(1, 5, 8)
    target = torch.tensor([[-100, 1, -100, 0, -100]])
    loss = task.loss_per_clip(head, features, torch.tensor([5]), target)
    logprobs = head(features, torch.tensor([5])).log_softmax(-1)
    torch.testing.assert_close(loss, -(logprobs[:, 1, 1] + logprobs[:, 3, 0]) / 2)


def test_f1_is_of_tags_that_make_sense() -> None:
    task = tags_task("slots-a", TAGS)
    (metric,) = task.metrics()
    output = torch.log(torch.tensor([[[0.1, 0.1, 0.8], [0.4, 0.5, 0.1], [0.1, 0.1, 0.8]]]))
    metric.update(output, torch.tensor([[-100, 1, 2]]), torch.tensor([3]))
    assert metric.compute() == 1.0


def test_padding_does_not_move_the_mean() -> None:
    head, features = MeanHead(4, 3).eval(), torch.randn(1, 6, 4)
    torch.testing.assert_close(head(features, torch.tensor([4])), head(features[:, :4], torch.tensor([4])))


def test_a_spec_has_its_tasks() -> None:
    tasks = build_tasks(SPEC)
    assert list(tasks) == ["domain", "set", "scope", "intent-home", "slots-home"]
    assert tasks["intent-home"].spec.classes == ("on", "off")


@pytest.mark.parametrize("name", ["domain", "scope", "intent-home"])
def test_a_label_outside_the_classes_is_absence(name: str) -> None:
    assert build_tasks(SPEC)[name].label.encode({name: "nowhere"}, LabelContext(3, 3, 0.0)) is None
