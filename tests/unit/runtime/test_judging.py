"""The text decoder as a judge: what it runs, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from allears.decode.answers import Segment
from allears.runtime.clock import Clock
from allears.runtime.hearing import Hearing
from allears.runtime.judging import Spoken, WindowJudge
from allears.runtime.plan import make_plan
from tests.unit.ctc_scores import spelt
from tests.unit.runtime.test_hearing import MODEL, FakeParts

LAYERS = np.zeros((1, 1, 5, 1), np.float32)


@dataclass
class Decoder:
    run: list[Any] = field(default_factory=list)

    def start(self, layers: np.ndarray) -> str:
        self.run.append("start")
        return "started"

    def listen(self, window: Any, **how: Any) -> Any:
        self.run.append((window, how["language"], how["duration_s"], how["speech_end_s"], how["spelled"]))
        self.segments = (Segment(0.0, 1.0, " Go on."), Segment(1.0, 2.0, " Stop."))
        return self

    def score(self, started: Any, language: str, texts: Sequence[str]) -> list[float]:
        self.run.append((started, language, tuple(texts)))
        return [-1.0] * len(texts)


def judge(decoder: Any, started: Any = None, written: str | None = None, spelled: Any = None) -> WindowJudge:
    return WindowJudge(decoder, Spoken(LAYERS, started, 2.0, 1.5, spelled), "en", written=written)


def test_it_looks_and_writes_once_and_when_it_is_asked() -> None:
    decoder, spelled = Decoder(), spelt("go on")
    one = judge(decoder, spelled=spelled)
    assert decoder.run == []
    assert one.text == one.text == "Go on. Stop."
    assert one.score(["a", "b"]) == [-1.0, -1.0]
    assert decoder.run == ["start", ("started", "en", 2.0, 1.5, spelled), ("started", "en", ("a", "b"))]


def test_what_was_done_already_is_not_done_again() -> None:
    decoder = Decoder()
    one = judge(decoder, started="before", written="Go.")
    assert one.text == "Go."
    assert one.score(["a"]) == [-1.0]
    assert decoder.run == [("before", "en", ("a",))]


def test_a_plan_must_name_the_judge() -> None:
    parts: Any = FakeParts()
    plan = make_plan(MODEL, ["speech"], is_language_known=True)
    hearing = Hearing(parts, MODEL, plan, language="en", allowed=None, clock=Clock())
    with pytest.raises(AssertionError, match="names nobody"):
        hearing.judge("en")
