"""Names that clients send stand for voices that are here."""

from __future__ import annotations

import pytest

from allears.server.voice_names import OPENAI_VOICES, voice_meant

OURS = ("ann", "bob")


@pytest.mark.parametrize(("asked", "meant"), [("bob", "bob"), ("", ""), ("alloy", "ann"), ("ash", "bob"), ("x", None)])
def test_who_is_meant(asked: str, meant: str | None) -> None:
    assert voice_meant(asked, OURS) == meant


def test_a_program_takes_any_name() -> None:
    assert voice_meant("en-gb+f2", ()) == "en-gb+f2"


def test_every_name_of_openai_is_somebody() -> None:
    assert {voice_meant(name, OURS) for name in OPENAI_VOICES} == set(OURS)
