"""Who speaks, and how."""

from __future__ import annotations

import pytest

from allears.speaking.how import How, how_of
from tests.unit.tiny_voice import SPEC


@pytest.mark.parametrize(
    ("voice", "dialect", "how"),
    [
        (None, None, How(0, "en-US")),
        (None, "en-GB", How(2, "en-GB")),
        ("cat", None, How(2, "en-GB")),
        ("ben", "en-GB", How(1, "en-GB")),
    ],
)
def test_voice_and_dialect_follow_from_each_other(voice: str | None, dialect: str | None, how: How) -> None:
    assert how_of(SPEC, voice, dialect) == how


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("zoe", None), "it has ann, ben, cat, dominique"),
        ((None, "de-DE"), "it has en-US, en-GB, fr-CA"),
        ((None, None, 2.1), "speed must be 0.5 to 2"),
        ((None, None, float("inf")), "speed must be 0.5 to 2"),
        ((None, None, 1.0, -12.5), "pitch must be -12 to 12 semitones"),
    ],
)
def test_what_there_is_not_is_said(asked: tuple[object, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        how_of(SPEC, *asked)  # type: ignore[arg-type]
