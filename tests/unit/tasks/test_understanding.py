"""Listener and reader learn from what there is, share what they share, and are told apart where they differ."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from allears.tasks.base import LabelContext, Task  # noqa: E402
from allears.tasks.understanding import EXAMPLE, understanding  # noqa: E402

CONTEXT = LabelContext(320 * 40, 40, 0.02)
SPOKEN = {"text": "to rome", "slots": {"city": "rome"}, "intent": "go"}
WRITTEN = {"sentence": "to paris", "slots": [{"slot": "city", "start": 3, "end": 8}], "intent": "go"}


@pytest.fixture
def task(tmp_path: Path) -> Task:
    torch.manual_seed(0)
    return understanding(**EXAMPLE.at(tmp_path).options)


def _loss(task: Task, *rows: dict, head=None):
    values = [task.label.encode(row, CONTEXT) for row in rows]
    target = task.label.collate(values, 40)
    head = (head or task.head(8)).eval()
    torch.manual_seed(1)
    return head, task.loss_per_clip(head, torch.randn(len(rows), 40, 8), torch.full((len(rows),), 40), target)


def test_a_sentence_teaches_the_reader_and_the_shared_vectors_but_not_the_listener(task: Task) -> None:
    head, loss = _loss(task, WRITTEN)
    loss.sum().backward()
    assert head.reader.pieces.weight.grad.abs().sum() > 0
    assert head.intents.weight.grad.abs().sum() > 0 and head.units.weight.grad[head._opening].abs().sum() > 0
    assert all(p.grad is None for p in head.body.parameters())


def test_a_clip_without_words_teaches_the_listener_alone(task: Task) -> None:
    head, loss = _loss(task, {"intent": "go"})
    loss.sum().backward()
    assert any(p.grad is not None for p in head.body.parameters())
    assert all(p.grad is None for p in head.reader.parameters())


def test_the_reader_teaches_a_clip_of_which_only_the_words_are_known(task: Task) -> None:
    head, loss = _loss(task, {"text": "to rome"})
    assert loss.item() > 0
    loss.sum().backward()
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in head.body.parameters())
    assert all(p.grad is None or not p.grad.any() for p in head.reader.parameters())  # it is not pulled


def test_rows_do_not_change_each_others_loss(task: Task) -> None:
    rows = [SPOKEN, WRITTEN, {"intent": "stay"}, {"text": "stay", "slots": {}}]
    head, _ = _loss(task, SPOKEN)
    features, counts = torch.randn(4, 40, 8), torch.full((4,), 40)
    values = [task.label.encode(row, CONTEXT) for row in rows]
    together = task.loss_per_clip(head, features, counts, task.label.collate(values, 40))
    for i, value in enumerate(values):
        alone = task.loss_per_clip(head, features[i : i + 1], counts[:1], task.label.collate([value], 40))
        torch.testing.assert_close(alone[0], together[i], atol=1e-4, rtol=1e-4)


def test_what_is_not_known_is_absent(task: Task) -> None:
    assert task.label.encode({}, CONTEXT) is None
    assert task.label.encode({"intent": "unheard of"}, CONTEXT) is None
    strange = task.label.encode(WRITTEN | {"slots": [{"slot": "day", "start": 3, "end": 8}]}, CONTEXT)
    assert strange.tags is None and strange.intent == 0
    assert task.label.encode(SPOKEN, CONTEXT).tags == [0, 1]


def test_metrics_count_clips_alone(task: Task) -> None:
    target = task.label.collate([task.label.encode(row, CONTEXT) for row in (WRITTEN, SPOKEN)], 40)
    num_units = len(task.spec.classes) - 2
    output = torch.zeros(2, 40, num_units + 2)
    output[0, :, -1], output[1, :, -2] = 9.0, 9.0  # the sentence's row is wrong, and nobody said it
    names = list(task.spec.classes)
    path = [names.index(name) for name in ("t", "o", "<city>", "r", "o", "m", "e", "</city>")]
    output[1, :, 0] = 5.0
    output[1, range(8), path] = 9.0
    metrics = task.metrics()
    for metric in metrics:
        metric.update(output, target, torch.tensor([40, 40]))
    assert [metric.compute() for metric in metrics] == [1.0, 1.0, 1.0]


def test_words_are_forgotten_in_training_alone(task: Task) -> None:
    head = task.head(8)
    head._forget = 0.999
    pieces, counts = torch.tensor([[2, 4, 5, 3]]), torch.tensor([4])
    assert head.train()._forgotten(pieces, counts).tolist() == [[2, 1, 1, 3]]
    assert head.eval()._forgotten(pieces, counts).tolist() == pieces.tolist()


def test_half_precision_changes_the_loss_little(task: Task) -> None:
    """`precision: bf16`: the network computes in it, the loss in float32."""
    head, exact = _loss(task, SPOKEN, WRITTEN)
    with torch.autocast("cpu", torch.bfloat16):
        _, rough = _loss(task, SPOKEN, WRITTEN, head=head)
    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, exact, rtol=0.05, atol=0.05)


def test_values_are_found_where_they_stand(task: Task) -> None:
    """ß, which is two letters where case does not count, moves nothing; `on` is not in `London`."""
    row = {"sentence": "große Straße in Rom bitte", "slots": {"city": "Rom"}}
    assert task.label.encode(row, CONTEXT).tags == [0, 0, 0, 1, 0]
    row = {"sentence": "in London on Friday", "slots": {"city": "on"}}
    assert task.label.encode(row, CONTEXT).tags == [0, 0, 1, 0]


def test_options_that_cannot_be(tmp_path: Path) -> None:
    options = dict(EXAMPLE.at(tmp_path).options)
    with pytest.raises(ValueError, match="two intents or more"):
        understanding(**(options | {"intents": ("go",)}))
    with pytest.raises(ValueError, match="no vocabulary at"):
        understanding(**(options | {"vocabulary": str(tmp_path / "none.txt")}))
