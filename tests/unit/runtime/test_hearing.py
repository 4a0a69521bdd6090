"""What a hearing runs, keeps and passes on, with networks that write down what they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from allears.audio import SAMPLE_RATE, open_audio
from allears.decode.answers import Segment, Word
from allears.decode.spelled import Spelled
from allears.runtime.clock import Clock
from allears.runtime.hearing import Hearing
from allears.runtime.plan import make_plan
from allears.spec import ModelSpec, Resolution, TaskSpec

FRAME = 320  # samples, 20 ms
TAIL = 50  # frames of silence the encoder adds
UNITS = ("", "\u2581", "a", "b")

TEXT = TaskSpec("transcribe", Resolution.TEXT, {"kind": "transcript"}, (), "decoder.onnx")
TRANSLATE = TaskSpec("translate", Resolution.TEXT, {"kind": "transcript", "writes": "translation"}, (), "t.onnx")
SPEECH = TaskSpec("speech", Resolution.FRAME, {"kind": "segments"}, ("speech",), "speech.onnx")
CTC = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, UNITS, "ctc.onnx")
MODEL = ModelSpec("m", "1", SAMPLE_RATE, FRAME / SAMPLE_RATE, 1.0, 10.0, 1, 1, (TEXT, TRANSLATE, SPEECH, CTC))
LOUD = np.full(SAMPLE_RATE, 0.3, np.float32)
QUIET = np.full(SAMPLE_RATE, 0.001, np.float32)


@dataclass
class Decoder:
    """Writes `x`, and keeps what it was given to help."""

    given: list[Spelled | None] = field(default_factory=list)
    num_starts: int = 0

    def start(self, layers: np.ndarray) -> Any:
        self.num_starts += 1
        return self

    @property
    def language_probabilities(self) -> dict[str, float]:
        return {"en": 1.0}

    def listen(self, window: Any, *, start_s: float, duration_s: float, **more: Any) -> Any:
        self.given.append(more.get("spelled"))
        span = start_s, start_s + duration_s
        self.segments: tuple[Segment, ...] = (Segment(*span, "x", (Word("x", *span, 1.0),)),)
        self.language = "en"
        return self


class FakeParts:
    """Frames are the mean level of 20 ms; loud is speech, and loud is spelt `a`."""

    samples_per_frame = FRAME

    def __init__(self) -> None:
        self.decoders = {"transcribe": Decoder(), "translate": Decoder()}
        self.run: list[str] = []

    def num_frames(self, num_samples: int) -> int:
        return -(-num_samples // FRAME)

    def encode(self, audio: np.ndarray) -> np.ndarray:
        count = self.num_frames(len(audio))
        level = np.pad(audio, (0, count * FRAME - len(audio))).reshape(count, FRAME).mean(axis=1)
        return np.asarray(np.pad(level, (0, TAIL))[None, None, :, None])

    def head(self, name: str, layers: np.ndarray, audio: np.ndarray | None = None) -> np.ndarray:
        self.run.append(name)
        level = layers[0, 0]
        if name == "speech":
            return np.asarray(100 * (level - 0.1))
        return np.asarray(np.concatenate([0.1 - level, 0 * level - 9, level - 0.1, 0 * level - 9], axis=1) * 50)

    def transcriber(self, name: str) -> Decoder:
        return self.decoders[name]

    def for_language(self, code: str) -> FakeParts:
        return self


def hear(
    tasks: list[str] | None, audio: np.ndarray, also: tuple[str, ...] = (), model: ModelSpec = MODEL
) -> tuple[Hearing, dict[str, Any], Any]:
    parts: Any = FakeParts()
    plan = make_plan(model, tasks, is_language_known=True, also=also)
    hearing = Hearing(parts, model, plan, language="en", allowed=None, clock=Clock())
    return hearing, hearing.hear(open_audio(audio, sample_rate=SAMPLE_RATE)), parts


def test_the_ctc_head_helps_the_transcript() -> None:
    hearing, answers, parts = hear(["transcribe"], np.concatenate([QUIET, LOUD]))
    assert list(answers) == ["transcribe"]
    assert answers["transcribe"].text == "x"
    spelled = parts.decoders["transcribe"].given[0]
    assert spelled is not None and spelled.text == "a"
    assert parts.run == ["speech", "ctc"]
    assert hearing.outputs("ctc")[0].output.shape == (100, len(UNITS)), "without the encoder's tail"


def test_a_head_of_letters_beside_it_tells_the_times() -> None:
    letters = replace(CTC, name="letters", file="letters.onnx")
    _, answers, parts = hear(["transcribe"], LOUD, model=replace(MODEL, tasks=(TEXT, SPEECH, CTC, letters)))
    assert list(answers) == ["transcribe"]
    assert parts.run == ["speech", "ctc", "letters"]
    spelled = parts.decoders["transcribe"].given[0]
    assert spelled is not None and spelled.text == "a"
    pieces = replace(CTC, classes=("", "\u2581", "\u2581a", "b"))
    for tasks, has_times in (((TEXT, SPEECH, pieces, letters), True), ((TEXT, SPEECH, pieces), False)):
        _, _, parts = hear(["transcribe"], LOUD, model=replace(MODEL, tasks=tasks))
        (times,) = parts.decoders["transcribe"].given[0].times(["a"])
        assert (times is not None) is has_times


def test_it_helps_with_the_languages_it_writes_alone() -> None:
    for languages, is_given in ((["en", "nl"], True), (["de"], False)):
        spells = replace(CTC, decode={"kind": "ctc", "languages": languages})
        _, _, parts = hear(["transcribe"], LOUD, model=replace(MODEL, tasks=(TEXT, SPEECH, spells)))
        assert (parts.decoders["transcribe"].given[0] is not None) is is_given
        assert ("ctc" in parts.run) is is_given


def test_it_is_not_asked_where_nobody_speaks() -> None:
    hearing, answers, parts = hear(["transcribe"], np.concatenate([QUIET, QUIET]))
    assert answers["transcribe"].text == ""
    assert parts.run == ["speech"]
    assert hearing.outputs("ctc") == ()


def test_it_runs_once_and_answers_for_itself_where_it_is_asked() -> None:
    _, answers, parts = hear(["ctc", "transcribe"], LOUD)
    assert (answers["ctc"].text, answers["transcribe"].text) == ("a", "x")
    assert parts.run.count("ctc") == 1
    _, answers, parts = hear(["ctc"], LOUD)
    assert answers["ctc"].text == "a"
    assert parts.decoders["transcribe"].given == []


def test_it_has_no_say_in_a_translation() -> None:
    _, _, parts = hear(["translate", "transcribe"], LOUD)
    assert parts.decoders["translate"].given == [None]
    assert parts.decoders["transcribe"].given[0] is not None
    _, _, parts = hear(["translate"], LOUD)
    assert parts.decoders["translate"].given == [None]
    assert "ctc" not in parts.run


def test_one_first_look_serves_two_texts_of_one_decoder() -> None:
    for same, num_starts in ((TRANSLATE, 1), (replace(TRANSLATE, file=TEXT.file), 0)):
        _, answers, parts = hear(["transcribe", "translate"], LOUD, model=replace(MODEL, tasks=(TEXT, same)))
        assert list(answers) == ["transcribe", "translate"]
        assert (parts.decoders["transcribe"].num_starts, parts.decoders["translate"].num_starts) == (1, num_starts)


def test_outputs_of_a_head_that_nobody_asked_for() -> None:
    hearing, answers, _ = hear(["speech"], np.concatenate([QUIET, LOUD]), also=("ctc", "speech"))
    assert list(answers) == ["speech"]
    (window,) = hearing.outputs("ctc")
    assert (window.start_s, window.duration_s) == (0.0, 2.0)
    assert window.output.argmax(axis=1).tolist() == [0] * 50 + [2] * 50
    assert hearing.outputs("speech")[0].output.shape == (100, 1)


def test_long_audio_has_outputs_of_each_window() -> None:
    hearing, _, _ = hear(["transcribe"], np.concatenate([LOUD, QUIET] * 12))
    windows = hearing.outputs("ctc")
    assert len(windows) > 1
    assert sum(len(window.output) for window in windows) == 24 * 50
    assert [w.start_s for w in windows[1:]] == pytest.approx([w.start_s + w.duration_s for w in windows[:-1]])


def test_outputs_of_a_head_that_did_not_run() -> None:
    hearing, _, _ = hear(["speech"], LOUD)
    with pytest.raises(ValueError, match="'ctc' was not run, only speech: ask for it as a task, or name it in the"):
        hearing.outputs("ctc")
