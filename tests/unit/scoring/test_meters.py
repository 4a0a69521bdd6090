"""Answers against labels: what counts, and what is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.data.manifest import Clip
from allears.decode.answers import Choice, Embedding, Segment, Slot, Slots, Spans, Transcript, Understood
from allears.scoring.agreement import agreement
from allears.scoring.meters import HIGHER_IS_BETTER, meter_of
from allears.scoring.truth import true_class, true_text
from allears.spec import Resolution, TaskSpec
from allears.transfer.points import is_higher_better, points_in

NONE = np.zeros(0, np.float32)
UNITS = ("", "a", "<city>", "</city>", "<day>", "</day>")
AGE = TaskSpec("age-group", Resolution.CLIP, {"kind": "top_one"}, ("0-15", "16+"))
CTC = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc", "languages": ["en"]}, ("", " ", "a"))


def _clip(**labels: object) -> Clip:
    return Clip("x", Path("x.wav"), labels=labels)


def _text(text: str) -> Transcript:
    return Transcript((Segment(0.0, 1.0, text),), "en")


def test_ages_have_bands() -> None:
    assert [true_class(AGE, _clip(age=age)) for age in (6, 15, 16, 80)] == ["0-15", "0-15", "16+", "16+"]
    assert true_class(AGE, _clip()) is None


def test_a_language_that_is_not_written_is_left_out() -> None:
    assert true_text(CTC, _clip(text="Hello!", language="en-US")) == "hello"
    assert true_text(CTC, _clip(text="Hallo", language="de")) is None


def test_classes() -> None:
    meter = meter_of(AGE)
    assert meter is not None and meter.compute() == {}
    for answer, age in (("0-15", 7), ("16+", 7)):
        meter.update(Choice(answer, 1.0), _clip(age=age), NONE)
    meter.update(Choice("16+", 1.0), _clip(), NONE)
    assert meter.compute() == {"accuracy": 0.5}


def test_voices() -> None:
    meter = meter_of(TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding"}))
    assert meter is not None
    for vector, name in (([1.0, 0.0], "ann"), ([1.0, 0.0], "ann"), ([0.0, 1.0], "bob")):
        meter.update(Embedding(np.float32(vector)), _clip(speaker=name), NONE)
    assert meter.compute() == {"eer": 0.0}


def test_noise_is_no_speech() -> None:
    meter = meter_of(TaskSpec("speech", Resolution.FRAME, {"kind": "segments"}, ("speech",)))
    assert meter is not None
    sound = np.concatenate([np.zeros(8000), 0.3 * np.sin(np.arange(8000) / 5)]).astype(np.float32)
    loud = np.repeat([0.1, 0.9], 25).astype(np.float32)
    meter.update(Spans((), loud, 0.02), _clip(text="hm"), sound)
    meter.update(Spans((), np.full(50, 0.05, np.float32), 0.02), _clip(noise="rain"), sound)
    assert meter.compute()["roc_auc"] == pytest.approx(1.0, abs=0.01)


def test_a_translation_has_no_labels() -> None:
    decode = {"kind": "transcript", "writes": "translation"}
    assert meter_of(TaskSpec("translate", Resolution.TEXT, decode)) is None


def test_agreement_is_of_answers() -> None:
    pytest.importorskip("jiwer", reason="needs the extra `train`")
    assert agreement(Choice("a", 0.9), Choice("a", 0.2)) == 1.0
    assert agreement(_text("one two"), _text("one too")) == 0.5
    assert agreement(_text(""), _text("made up")) == 0.0
    assert agreement(Choice("a", 1.0), None) == 0.0
    half = np.array([0.9, 0.1], np.float32)
    assert agreement(Spans((), half, 0.02), Spans((), 1 - half, 0.02)) == 0.0


def test_values_of_commands_are_measured_by_the_words() -> None:
    """Two of three said, two of four true: 2 * 2 / (3 + 4)."""
    task = TaskSpec("slots", Resolution.FRAME, {"kind": "slots"}, UNITS)
    meter = meter_of(task)
    assert meter is not None and meter.compute() == {}
    slots = [{"slot": "day", "start": 19, "end": 25}, {"slot": "city", "value": "New York"}]
    meter.update(_slots(city="new york", day="monday"), _clip(text="Fly to New York on Friday.", slots=slots), NONE)
    meter.update(_slots(city="rome"), _clip(text="to Rome at six", slots={"city": "Rome", "day": "six"}), NONE)
    meter.update(_slots(city="oslo"), _clip(text="to Oslo", slots={"colour": "red"}), NONE)  # a slot it has not
    meter.update(_slots(city="oslo"), _clip(text="to Oslo"), NONE)
    assert meter.compute() == {"slot_f1": pytest.approx(4 / 7)}
    meter.update(_slots(city="oslo"), _clip(noise="rain"), NONE)
    assert meter.compute() == {"slot_f1": pytest.approx(4 / 8)}


def test_meanings_have_intents_values_and_what_is_right_as_a_whole() -> None:
    decode = {"kind": "understanding", "num_intents": 2}
    meter = meter_of(TaskSpec("understanding", Resolution.FRAME, decode, (*UNITS, "go", "stay")))
    assert meter is not None and meter.compute() == {}
    rome = {"text": "to Rome", "slots": {"city": "rome"}}
    for intent, said, clip in (
        ("go", _slots(city="rome"), _clip(intent="go", **rome)),
        ("stay", _slots(city="rome"), _clip(intent="go", **rome)),
        ("go", _slots(), _clip(intent="go", **rome)),
        ("go", _slots(), _clip(intent="fly", text="hm", slots={})),  # an intent it has not
        ("go", _slots(), _clip(intent="go")),  # nobody says what its values are
    ):
        meter.update(Understood(Choice(intent, 1.0), said), clip, NONE)
    assert meter.compute() == {
        "intent_accuracy": 3 / 4, "slot_f1": pytest.approx(2 * 2 / (2 + 3)), "whole_right": pytest.approx(1 / 3),
    }  # fmt: skip


@pytest.mark.parametrize("metric", ["intent_accuracy", "slot_f1", "whole_right"])
def test_budgets_know_which_way_is_up(metric: str) -> None:
    assert HIGHER_IS_BETTER[metric] and is_higher_better(metric) and points_in(metric) == 100.0


def _slots(**values: str) -> Slots:
    return Slots("", tuple(Slot(name, value, 0.0, 1.0, 1.0) for name, value in values.items()))
