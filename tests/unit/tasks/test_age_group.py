"""Years become bands."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.tasks.age_group import age_group  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

CONTEXT = LabelContext(16_000, 50, 0.02)


def test_a_band_begins_with_its_year() -> None:
    task = age_group(bands=(18, 60))
    assert task.spec.classes == ("0-17", "18-59", "60+")
    assert [task.label.encode({"age": age}, CONTEXT) for age in (0, 17.9, 18, 59, "60", 99)] == [0, 0, 1, 1, 2, 2]
    assert task.label.encode({}, CONTEXT) is None


@pytest.mark.parametrize("bands", [(), (30, 18), (0, 18), (18, 18)])
def test_bands_must_rise(bands: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="give rising years above 0"):
        age_group(bands=bands)


def test_an_age_that_is_no_number_is_told() -> None:
    with pytest.raises(ValueError, match="'twenties': give a number of years"):
        age_group().label.encode({"age": "twenties"}, CONTEXT)
