"""The parts of a task that spells: label, head, loss.

Letters: P clips, T frames, C units.
"""

from __future__ import annotations

import logging
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.parts.spelling import SpellingHead, TextLabel, ctc_loss, read_units  # noqa: E402
from allears.parts.units import Characters  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

UNITS = Characters(["ab"])  # blank, space, a, b


def label(per_frame: int = 1) -> TextLabel:
    return TextLabel(lambda fields: fields.get("text"), UNITS, per_frame)


def context(num_frames: int = 10, tail: int = 0) -> LabelContext:
    return LabelContext(320 * num_frames, num_frames + tail, 0.02)


def test_a_text_is_units_noise_is_nothing_said_and_no_text_is_absence() -> None:
    one = label().encode({"text": "ab a"}, context(tail=5))
    assert one is not None and (one.units, one.num_frames) == ([2, 3, 1, 2], 10)
    silence = label().encode({"noise": "rain"}, context())
    assert silence is not None and silence.units == []
    assert label().encode({}, context()) is None


def test_clips_that_cannot_be_spelt_are_counted_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """`aa` needs three frames: one of them is the blank between."""
    spell = label()
    with caplog.at_level(logging.WARNING, "allears.parts.spelling"):
        assert spell.encode({"text": "aa"}, context(2)) is None
        assert spell.encode({"text": "aa"}, context(2)) is None
        assert spell.encode({"text": "abc"}, context()) is None
    assert dict(spell.num_refused) == {"more units than frames": 2, "letters that are no units": 1}
    assert [record.args[0] for record in caplog.records if record.args] == [1, 1]  # not a line a clip
    assert label().encode({"text": "aa"}, context(3)) is not None
    assert label(per_frame=2).encode({"text": "aa"}, context(2)) is not None


def test_the_loss_is_minus_log_of_the_sum_over_paths_by_the_number_of_units() -> None:
    """Two frames and the text `a`: the paths are a-, -a and aa."""
    logits = torch.randn(2, 3, 4)
    target = label().collate([label().encode({"text": "a"}, context(2)), label().encode({"noise": "x"}, context(2))], 3)
    loss = ctc_loss(4)(_Fixed(logits), torch.zeros(2, 3, 1), torch.tensor([3, 3]), target)
    p = logits.softmax(-1)
    heard = p[0, 0, 2] * p[0, 1, 0] + p[0, 0, 0] * p[0, 1, 2] + p[0, 0, 2] * p[0, 1, 2]
    torch.testing.assert_close(loss, torch.stack([-heard.log(), -(p[1, 0, 0] * p[1, 1, 0]).log()]))


def test_long_texts_weigh_as_short_ones() -> None:
    logits = torch.zeros(1, 40, 4)
    target = label().collate([label().encode({"text": "ab" * 10}, context(40))], 40)
    raw = torch.nn.functional.ctc_loss(
        logits.log_softmax(-1).transpose(0, 1), target.units, torch.tensor([40]), torch.tensor([20]), reduction="sum"
    )
    loss = ctc_loss(4)(_Fixed(logits), torch.zeros(1, 40, 1), torch.tensor([40]), target)
    torch.testing.assert_close(loss, raw[None] / 20)


@pytest.mark.parametrize("body", ["linear", "conv", "lstm"])
def test_the_head_spells_several_times_a_frame(body: Any) -> None:
    head = SpellingHead(8, 4, per_frame=2, body=body, hidden=8)
    assert head(torch.randn(2, 7, 8), torch.tensor([7, 3])).shape == (2, 7, 8)


def test_only_the_clips_own_frames_are_read() -> None:
    target = label().collate([label().encode({"text": "a"}, context(2, tail=2))], 4)
    logits = 9 * torch.eye(4)[[2, 0, 3, 3]][None]
    assert [[one.unit for one in said] for said in read_units(logits, target, 4)] == [[2]]


class _Fixed(torch.nn.Module):
    def __init__(self, logits: Any) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, features: Any, num_frames: Any) -> Any:
        return self.logits
