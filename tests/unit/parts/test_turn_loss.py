from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.parts.turn_labels import orders, sets_of  # noqa: E402
from allears.parts.turn_loss import WindowedTurnLoss, any_order_cross_entropy  # noqa: E402

CLASSES = sets_of(3, 2)
TABLE = torch.from_numpy(orders(CLASSES))
NONE, A, B, C, AB = range(5)


class _Given(torch.nn.Module):
    """A head that says what it was given, and remembers how much it was given at a time."""

    def forward(self, features: torch.Tensor, num_frames: torch.Tensor) -> torch.Tensor:
        self.frames = num_frames.tolist()
        assert features.shape[1] >= max(self.frames)
        return features


def _sure(*said: int) -> torch.Tensor:
    return 20.0 * torch.nn.functional.one_hot(torch.tensor([said]), len(CLASSES)).float()


def _loss(logits: torch.Tensor, count: int, target: torch.Tensor) -> torch.Tensor:
    return any_order_cross_entropy(logits, target, torch.tensor([count] * len(logits)), TABLE)


def test_what_speakers_are_called_does_not_matter() -> None:
    torch.manual_seed(0)
    logits, target = torch.randn(2, 9, 7), torch.randint(0, 7, (2, 9))
    first = _loss(logits, 9, target)
    for renamed in TABLE:
        torch.testing.assert_close(_loss(logits, 9, renamed[target]), first)


def test_it_is_the_cross_entropy_of_the_best_order() -> None:
    torch.manual_seed(1)
    logits, target = torch.randn(1, 5, 7), torch.tensor([[A, A, AB, NONE, B]])
    each = [torch.nn.functional.cross_entropy(logits[0], renamed[target[0]]) for renamed in TABLE]
    torch.testing.assert_close(_loss(logits, 5, target)[0], torch.stack(each).min())
    assert len({round(float(one), 4) for one in each}) == 6


def test_frames_past_the_end_do_not_count() -> None:
    logits, target = _sure(A, AB, NONE, C), torch.tensor([[B, AB, A, A]])
    assert float(_loss(logits, 2, target)[0]) == pytest.approx(0.0, abs=1e-4)
    assert float(_loss(logits, 4, target)[0]) > 1.0


def test_each_window_has_speakers_of_its_own() -> None:
    talks = torch.zeros(1, 20, 4)
    for who, (first, last) in enumerate([(0, 6), (6, 10), (10, 17), (17, 20)]):  # four, of whom two in each half
        talks[0, first:last, who] = 1.0
    said = _sure(*[B] * 6, *[A] * 4, *[C] * 7, *[B] * 3)
    head = _Given().eval()
    halves = WindowedTurnLoss(CLASSES, 10)(head, said, torch.tensor([20]), talks)
    assert head.frames == [10, 10]
    assert float(halves[0]) == pytest.approx(0.0, abs=1e-4)
    assert float(WindowedTurnLoss(CLASSES, 20)(head, said, torch.tensor([20]), talks)[0]) > 1.0


def test_windows_lie_elsewhere_while_the_head_trains_and_cover_all() -> None:
    torch.manual_seed(0)
    head, loss, seen = _Given().train(), WindowedTurnLoss(CLASSES, 10), set()
    for _ in range(5):
        loss(head, torch.zeros(2, 34, 7), torch.tensor([34, 25]), torch.zeros(2, 36, 2))
        seen.add(tuple(head.frames))
        assert 55 <= sum(head.frames) <= 59
        assert max(head.frames) <= 10
    assert len(seen) > 2


def test_a_clip_shorter_than_others_is_weighed_by_its_own_frames() -> None:
    talks = torch.zeros(2, 30, 1)
    said = _sure(*[A] * 30).repeat(2, 1, 1)
    said[0, 10:20] = _sure(*[NONE] * 10)[0]
    both = WindowedTurnLoss(CLASSES, 10)(_Given().eval(), said, torch.tensor([30, 20]), talks)
    alone = WindowedTurnLoss(CLASSES, 10)(_Given().eval(), said[1:, :20], torch.tensor([20]), talks[1:])
    assert float(both[0]) == pytest.approx(20.0 * 2 / 3, rel=1e-3)
    torch.testing.assert_close(both[1:], alone)
