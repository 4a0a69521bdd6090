"""Answers against labels: what counts, and what is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.data.manifest import Clip
from allears.decode.answers import Choice, Embedding, Segment, Spans, Transcript
from allears.scoring.agreement import agreement
from allears.scoring.meters import meter_of
from allears.scoring.truth import true_class, true_text
from allears.spec import Resolution, TaskSpec

NONE = np.zeros(0, np.float32)
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
