from __future__ import annotations

from allears.formats.audacity import audacity_labels


def test_a_label_is_one_line_of_three_columns() -> None:
    assert audacity_labels([(0.5, 2.0, "two\tlines\nhere")]) == "0.500000\t2.000000\ttwo lines here\n"
