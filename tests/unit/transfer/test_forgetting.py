"""The two numbers of the papers, by hand, and what is passed over."""

from __future__ import annotations

import numpy as np
import pytest

from allears.transfer.forgetting import Column, Forgetting, summed_up

NAN = np.nan
STAGES = ("base", "cs", "nl")


def _matrix(*columns: tuple[int, list[float], str], is_sequence: bool = True) -> Forgetting:
    named = tuple(
        Column(f"clips {i}", "transcribe", metric, metric == "accuracy", learned)
        for i, (learned, _, metric) in enumerate(columns)
    )
    return Forgetting(STAGES, named, np.array([values for _, values, _ in columns]).T, is_sequence)


def test_both_numbers_by_hand() -> None:
    matrix = _matrix(
        (0, [0.9, 0.95, 0.8], "accuracy"), (1, [NAN, 0.7, 0.6], "accuracy"), (2, [NAN, NAN, 0.5], "accuracy")
    )
    found = summed_up(matrix)
    assert found["backward_transfer"] == pytest.approx(100 * ((0.8 - 0.9) + (0.6 - 0.7)) / 2)
    assert found["average_forgetting"] == pytest.approx(100 * ((0.95 - 0.8) + (0.7 - 0.6)) / 2)
    assert found["num_columns"] == 2


def test_an_error_rate_that_rises_is_forgetting() -> None:
    found = summed_up(_matrix((0, [0.1, 0.1, 0.15], "wer")))
    assert found["backward_transfer"] == pytest.approx(-5.0) and found["average_forgetting"] == pytest.approx(5.0)


def test_what_is_not_a_rate_counts_as_it_is() -> None:
    assert summed_up(_matrix((0, [3.0, 3.0, 1.0], "loss")))["average_forgetting"] == pytest.approx(-2.0)


def test_changes_are_against_when_it_was_learned() -> None:
    changes = _matrix((1, [0.9, 0.5, 0.4], "wer")).changes
    assert np.isnan(changes[0, 0]) and changes[1:, 0].tolist() == pytest.approx([0.0, 10.0])


def test_a_column_measured_late_is_compared_with_its_first_measure() -> None:
    matrix = _matrix((0, [NAN, 0.5, 0.6], "wer"))
    assert matrix.first(0) == 1 and matrix.changes[2, 0] == pytest.approx(-10.0)


def test_what_was_not_measured_at_the_end_is_passed_over() -> None:
    found = summed_up(_matrix((0, [0.9, 0.5, NAN], "accuracy")))
    assert found == {"backward_transfer": None, "average_forgetting": None, "num_columns": 0.0}


def test_stages_side_by_side_have_no_sums() -> None:
    matrix = _matrix((0, [0.9, 0.5, 0.4], "accuracy"), is_sequence=False)
    assert summed_up(matrix)["average_forgetting"] is None
    assert matrix.changes[:, 0].tolist() == pytest.approx([0.0, -40.0, -50.0])
