"""When a text is judged again, and which one is taken."""

from __future__ import annotations

import numpy as np
import pytest

from allears.decode.greedy import Greedy
from allears.decode.joint import best_text, first_loop, why_suspicious
from tests.unit.ctc_scores import spelt

ROWS = np.zeros((1, 1, 1))


def read(logprob: float, *, num_held: int = 0, is_cut: bool = False) -> Greedy:
    return Greedy([1], [logprob, logprob], ROWS, num_held, is_cut)


@pytest.mark.parametrize(
    ("greedy", "text", "why"),
    [
        (read(-0.2), " What a nice day!", None),
        (read(-0.2, is_cut=True), " What a nice day", "loop"),
        (read(-0.2, num_held=1), " What a nice day", "end was refused"),
        (read(-1.5), " What a nice day", "guessed"),
        (read(-0.2), " What a nice day" * 9, "repeats itself"),
        (read(-0.2), " What", "4 letters, the CTC head heard 15"),
        (read(-0.2), "", "0 letters, the CTC head heard 15"),
        (read(-0.2), " What a nice day today", None),
        (read(-1.5), " Какой день", None),  # the head has no say in this script
    ],
)
def test_what_is_suspicious(greedy: Greedy, text: str, why: str | None) -> None:
    told = why_suspicious(greedy, text, spelt("what a nice day"))
    assert (told is None) if why is None else (told is not None and why in told)


def test_the_first_loop_is_found_anywhere() -> None:
    assert first_loop([7, *[1, 2, 3, 4] * 4, 8, 9]) == [7, 1, 2, 3, 4]
    assert first_loop([1, 2, 3, 4, 1, 2]) is None
    assert first_loop([]) is None


@pytest.mark.parametrize(
    ("texts", "weight", "best"),
    [
        ([(-0.1, " go go go go go go"), (-0.5, " go")], 0.3, 1),  # attention likes loops
        ([(-0.1, " go go go go go go"), (-0.5, " go")], 0.0, 0),
        ([(-0.2, ""), (-0.9, " go")], 0.3, 1),  # and short texts
        ([(-0.3, " Go!"), (-2.0, " go")], 0.3, 0),  # with the same letters attention decides
        ([(-0.3, " Go!"), (-0.3, " go")], 0.3, 0),
        ([(-0.1, " no"), (-0.2, " go")], 0.3, 1),
        ([(-0.1, " a" * 300), (-9.0, " go")], 0.3, 1),  # more than fits into the frames
    ],
)
def test_attention_and_ctc_judge_together(texts: list[tuple[float, str]], weight: float, best: int) -> None:
    assert best_text([(read(logprob), text) for logprob, text in texts], spelt("go", num_frames=60), weight) == best
