"""How near the files are to the network, in a table."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.export.parity import ParityRow, compare  # noqa: E402

PARTS = ["encoder", "transcribe", "speech", "language", "speaker"]


@pytest.fixture(scope="module")
def rows(tiny_model: Any, plain_folder: Path, int8_folder: Path, clips: list[np.ndarray]) -> list[ParityRow]:
    return compare(tiny_model, clips, [plain_folder, int8_folder])


def test_a_row_for_every_part_and_folder(rows: list[ParityRow]) -> None:
    assert [(row.file, row.part) for row in rows] == [(f, p) for f in ("plain", "int8") for p in PARTS]


def test_plain_files_are_the_network(rows: list[ParityRow]) -> None:
    for row in rows[:5]:
        assert row.worst < 1e-3 and row.mean < 1e-4, row
        assert row.same == (None if row.part == "encoder" else pytest.approx(1.0, abs=1e-4)), row


def test_int8_is_near_and_not_the_same(rows: list[ParityRow]) -> None:
    for row in rows[5:]:
        assert 1e-5 < row.mean < 0.1, row
        assert row.worst >= row.mean


def test_another_network_is_found_out(
    tiny_model: Any, plain_folder: Path, clips: list[np.ndarray], rows: list[ParityRow]
) -> None:
    other = copy.deepcopy(tiny_model)
    with torch.no_grad():
        other.heads["speech"].out.bias.add_(3.0)
        other.heads["transcribe"].decoder.layer_norm.weight.mul_(-1.0)
    found = {row.part: row for row in compare(other, clips[:2], [plain_folder])}
    assert found["speech"].worst > 0.1
    assert found["transcribe"].same == 0.0
    assert found["encoder"].worst < 1e-3 and found["language"].same == 1.0
