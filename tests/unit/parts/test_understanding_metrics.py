"""Commands from sound: how many intents, values and whole commands are right."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from allears.parts.slot_labels import TaggedUnits  # noqa: E402
from allears.parts.spelling import SpellingTarget  # noqa: E402
from allears.parts.understanding_labels import UnderstandingTarget  # noqa: E402
from allears.parts.understanding_metrics import IntentAccuracy, ValueF1, WholeRight  # noqa: E402
from allears.parts.units import Characters  # noqa: E402

UNITS = TaggedUnits(Characters(["abc"]), ("city", "day"))
INTENTS = 2
SAID = ("<city> a </city>", "<city> a </city> <day> b </day>", "<city> c </city>", "")
TRUE = ("<city> a </city>", "<day> b </day> <city> a </city>", "<city> b </city>", "a")
FRAMES = 24


def _rows(texts: tuple[str, ...], intents: list[int]) -> Tensor:
    """(P, T, U + I) that says the texts, a blank between units, and the intents."""
    rows = torch.zeros(len(texts), FRAMES, len(UNITS.names) + INTENTS)
    for row, text, intent in zip(rows, texts, intents, strict=True):
        row[:, 0] = 1.0
        for at, number in enumerate(UNITS.encode(text) or ()):
            row[2 * at, number] = 9.0
        row[:, len(UNITS.names) + intent] = 5.0
    return rows


def _target(intent_rows: list[int], intents: list[int], *, is_spelt: bool = True) -> UnderstandingTarget:
    none, every = torch.zeros(0, dtype=torch.int64), torch.arange(len(TRUE))
    frames = torch.full((len(TRUE),), FRAMES)
    spelling = SpellingTarget(torch.zeros(len(TRUE), 1), frames, frames, TRUE) if is_spelt else None
    return UnderstandingTarget(
        spoken=every, intent_rows=torch.tensor(intent_rows), intents=torch.tensor(intents), read_rows=none,
        pieces=none, num_pieces=none, tag_rows=none, tags=none, spelt_rows=every if is_spelt else none,
        spelling=spelling,
    )  # fmt: skip


def test_a_command_is_right_as_a_whole_or_not_at_all() -> None:
    """The second has its values in another order; the third a wrong one; the fourth nobody says the intent of."""
    metrics = (IntentAccuracy(INTENTS), ValueF1(UNITS.names), WholeRight(UNITS.names, INTENTS))
    assert [metric.compute() for metric in metrics] == [None, None, None]
    for metric in metrics:
        metric.update(_rows(SAID, [0, 1, 1, 0]), _target([0, 1, 2], [0, 1, 1]), torch.full((4,), FRAMES))
    assert [metric.compute() for metric in metrics] == [1.0, pytest.approx(2 * 3 / (4 + 4)), pytest.approx(2 / 3)]


def test_a_wrong_intent_spoils_the_whole_and_unspelt_clips_do_not_count() -> None:
    metric = WholeRight(UNITS.names, INTENTS)
    metric.update(_rows(SAID, [1, 1, 1, 0]), _target([0, 1], [0, 1]), torch.full((4,), FRAMES))
    assert metric.compute() == 0.5
    metric.update(_rows(SAID, [0, 1, 1, 0]), _target([0], [0], is_spelt=False), torch.full((4,), FRAMES))
    assert metric.compute() == 0.5
