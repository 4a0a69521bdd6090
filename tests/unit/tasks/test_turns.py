"""Who speaks when within some seconds, as a task."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.decode.turns import letters_of  # noqa: E402
from allears.spec import Resolution  # noqa: E402
from allears.tasks.turns import turns  # noqa: E402


def test_the_spec_says_what_the_runtime_needs() -> None:
    task = turns(window_frames=400)
    assert task.spec.resolution is Resolution.FRAME
    assert task.spec.decode == {"kind": "turns", "window_frames": 400}
    assert letters_of(task.spec.classes) == "ABC"
    assert not task.spec.is_default


def test_one_set_of_speakers_a_frame() -> None:
    head = turns(hidden=8, depth=1).head(16)
    assert head(torch.randn(2, 31, 16), torch.tensor([31, 20])).shape == (2, 31, 7)


@pytest.mark.parametrize(("speakers", "at_once"), [(0, 1), (5, 2), (2, 3), (3, 0)])
def test_numbers_of_speakers_that_cannot_be_are_refused(speakers: int, at_once: int) -> None:
    with pytest.raises(ValueError, match="give 1 to 4 speakers"):
        turns(speakers=speakers, at_once=at_once)
