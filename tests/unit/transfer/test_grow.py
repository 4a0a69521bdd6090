"""Old classes keep their rows, whatever their order; new ones disturb nobody."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.parts.heads import ClipHead  # noqa: E402
from allears.parts.spelling import SpellingHead  # noqa: E402
from allears.transfer.grow import grow_head, grow_rows  # noqa: E402


def test_old_classes_answer_as_before_and_a_new_one_takes_little_from_them() -> None:
    old, new = ClipHead(8, 3, hidden=4).eval(), ClipHead(8, 4, hidden=4).eval()
    before, after = ("anger", "fear", "joy"), ("joy", "calm", "anger", "fear")
    new.load_state_dict(grow_head(old.state_dict(), new.state_dict(), before, after))
    features, frames = torch.randn(5, 7, 8), torch.tensor([7, 5, 7, 2, 7])
    was, now = old(features, frames), new(features, frames)
    assert torch.allclose(now[:, [2, 3, 0]], was, atol=1e-6)
    least = was.softmax(-1) / (1 + 1 / 3)
    assert (now.softmax(-1)[:, [2, 3, 0]] >= least - 0.01).all()


@pytest.mark.parametrize("body", ["linear", "conv", "lstm"])
def test_letters_of_every_part_of_a_frame(body: str) -> None:
    before, after = ("<b>", "_", "a", "b"), ("<b>", "_", "a", "ä", "b")
    old = SpellingHead(8, 4, per_frame=2, body=body, hidden=4).eval()  # type: ignore[arg-type]
    new = SpellingHead(8, 5, per_frame=2, body=body, hidden=4).eval()  # type: ignore[arg-type]
    new.load_state_dict(grow_head(old.state_dict(), new.state_dict(), before, after))
    features, frames = torch.randn(2, 6, 8), torch.tensor([6, 6])
    was = old(features, frames).unflatten(-1, (2, 4))
    now = new(features, frames).unflatten(-1, (2, 5))
    assert torch.allclose(now[..., [0, 1, 2, 4]], was, atol=1e-5)


def test_two_new_rows_differ_and_the_same_classes_change_nothing() -> None:
    rows = grow_rows(torch.randn(3, 4), ("a", "b", "c"), ("a", "d", "e"), torch.Generator().manual_seed(0))
    assert rows.shape == (3, 4) and not torch.equal(rows[1], rows[2])
    state = {"out.weight": torch.randn(3, 4)}
    assert grow_head(state, state, ("a", "b", "c"), ("a", "b", "c"))["out.weight"] is state["out.weight"]


def test_rows_of_something_else_are_refused() -> None:
    with pytest.raises(ValueError, match="5 rows are not those of 3 classes"):
        grow_rows(torch.randn(5, 4), ("a", "b", "c"), ("a",), torch.Generator())
