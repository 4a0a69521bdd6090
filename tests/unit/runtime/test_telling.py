"""Whoever listens is told how far the hearing got, and what was transcribed so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from allears.decode.answers import Segment, Transcript
from allears.runtime.plan import make_plan
from allears.runtime.telling import telling
from tests.unit.cli.fakes import SPEC


class _Hearing:
    """Has transcribed a word."""

    def so_far(self, name: str) -> Transcript | None:
        return Transcript((Segment(0.0, 1.0, "low"),), "en") if name == "transcribe" else None


def test_both_are_called() -> None:
    plan, told = make_plan(SPEC, ["transcribe"], is_language_known=True), list[Any]()
    tell = telling(lambda *times: told.append(times), lambda t: told.append(t.text), cast(Any, _Hearing()), plan)
    assert tell is not None
    tell(1.0, 2.0)
    assert told == [(1.0, 2.0), "low"]


def test_without_a_text_there_is_only_progress() -> None:
    plan = replace(make_plan(SPEC, ["transcribe"], is_language_known=True), transcribe=None)

    def progress(heard_s: float, total_s: float | None) -> None:
        """Nothing."""

    assert telling(progress, print, cast(Any, _Hearing()), plan) is progress
    assert telling(None, None, cast(Any, _Hearing()), plan) is None
