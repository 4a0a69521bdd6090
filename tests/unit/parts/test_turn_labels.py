from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.formats.rttm import rttm  # noqa: E402
from allears.parts.turn_labels import SetsOfSpeakers, TurnLabel, orders, sets_of  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

CLASSES = sets_of(3, 2)
TEN_FRAMES = LabelContext(16_000, 10, 0.1)


def _names(path: Path, turns: list[tuple[float, float, str]], context: LabelContext = TEN_FRAMES) -> list[str]:
    path.write_text(rttm("a", turns), encoding="utf-8")
    label = TurnLabel()
    value = label.encode({"rttm": str(path)}, context)
    assert value is not None
    return [CLASSES[number] for number in SetsOfSpeakers(CLASSES)(label.collate([value], 10))[0]]


def test_classes_are_the_sets_of_speakers() -> None:
    assert CLASSES == ("none", "A", "B", "C", "AB", "AC", "BC")
    assert sets_of(2, 1) == ("none", "A", "B")


def test_who_talks_most_is_a(tmp_path: Path) -> None:
    turns = [(0.0, 0.3, "bob"), (0.2, 0.8, "ann")]
    assert _names(tmp_path / "a", turns) == ["B", "B", "AB", *["A"] * 5, "none", "none"]


def test_times_follow_speed_and_silence_put_before(tmp_path: Path) -> None:
    context = LabelContext(16_000, 10, 0.1, time_scale=0.5, offset_s=0.2)
    assert _names(tmp_path / "a", [(0.0, 0.6, "x")], context) == ["none", "none", "A", "A", "A", *["none"] * 5]


def test_a_fourth_speaker_and_a_third_at_once_are_left_out(tmp_path: Path) -> None:
    turns = [(0.0, 1.0, "a"), (0.1, 0.8, "b"), (0.2, 0.5, "c"), (0.9, 1.0, "d")]
    assert _names(tmp_path / "a", turns) == ["A", *["AB"] * 7, "A", "A"]


def test_clips_of_different_length_and_number_lie_in_one_batch(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(rttm("a", [(0.0, 0.2, "x"), (0.2, 0.4, "y"), (0.4, 0.5, "z")]), encoding="utf-8")
    label = TurnLabel()
    long = label.encode({"rttm": str(tmp_path / "a")}, TEN_FRAMES)
    short = label.encode({"noise": "rain"}, LabelContext(8000, 5, 0.1))
    assert short.shape == (5, 1)
    batch = label.collate([long, short], 12)
    assert batch.shape == (2, 12, 3)
    assert batch[0].sum() == 5
    assert batch[1].sum() == 0
    assert label.encode({"text": "hello"}, TEN_FRAMES) is None


def test_each_order_renames_every_class() -> None:
    table = orders(CLASSES)
    assert table.shape == (6, 7)
    assert table[0].tolist() == list(range(7))
    assert all(sorted(row) == list(range(7)) for row in table.tolist())
    assert len({tuple(row) for row in table.tolist()}) == 6
