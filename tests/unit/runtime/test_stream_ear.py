"""Where the words of a stream come from: the CTC head where there is one, else the text decoder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allears.decode.answers import Segment, Transcript, Word
from allears.decode.spelling import SPACE
from allears.runtime.result import Result
from allears.runtime.stream_ear import Ear, ear_of
from allears.spec import ModelSpec, Resolution, TaskSpec

NAMES = ("", SPACE, "a", "b")
SPEECH = TaskSpec("speech", Resolution.FRAME, {"kind": "segments", "threshold": 0.6}, ("speech",), "s.onnx")
TEXT = TaskSpec("transcribe", Resolution.TEXT, {"kind": "transcript"}, (), "t.onnx")
CTC = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, NAMES, "c.onnx")
MODEL = ModelSpec("m", "1", 16_000, 0.02, 1.0, 28.0, 1, 1, (TEXT, SPEECH))


class _Networks:
    """A layer is the level of each frame, and 50 frames of tail that any head would misread."""

    def encode(self, audio: np.ndarray) -> np.ndarray:
        tail = np.full(50, 9.0, np.float32)
        return np.concatenate([audio.reshape(-1, 320).mean(axis=1), tail])[None, None, :, None]

    def head(self, name: str, layers: np.ndarray) -> np.ndarray:
        level = layers[0, 0, :, 0]
        if name == "speech":
            return (100 * (level - 0.5))[:, None]
        spelled = np.zeros((len(level), 2, len(NAMES)), np.float32)  # two spellings a frame
        spelled[np.arange(len(level)), 0, np.clip(level, 0, 3).astype(int)] = 20.0
        spelled[:, 1, 0] = 20.0
        return spelled.reshape(len(level), -1)

    def num_frames(self, num_samples: int) -> int:
        return num_samples // 320


def hear(audio: np.ndarray, tasks: object) -> Result:
    transcript = Transcript((Segment(0.0, 1.0, "from text", (Word("text", 0.0, 1.0, 1.0),)),), "en")
    return Result(str(tasks), len(audio) / 16_000, {"transcribe": transcript})


def frames(*levels: float) -> np.ndarray:
    return np.repeat(np.array(levels, np.float32), 320)


def ear(*more: TaskSpec, tasks: tuple[str, ...] = ("transcribe",)) -> Ear:
    return ear_of(_Networks(), replace(MODEL, tasks=(*MODEL.tasks, *more)), tasks, hear)


def test_speech_is_of_the_audio_and_not_of_the_tail() -> None:
    assert ear().speech(frames(0.0, 1.0, 0.0)).round(2).tolist() == [0.0, 1.0, 0.0]
    assert (ear().threshold, ear().samples_per_frame, ear().longest_s) == (0.6, 320, 28.0)


def test_without_ctc_the_text_decoder_reads() -> None:
    given = ear()
    assert given.words is not None
    assert [w.text for w in given.words(frames(0.0))] == ["text"]
    assert not given.is_quick
    assert given.networks == ("speech",)


def test_with_ctc_its_head_reads() -> None:
    given = ear(CTC)
    assert given.words is not None
    words = given.words(frames(0, 2, 0, 3, 1, 3, 0))
    assert [w.text for w in words] == ["ab", "b"]
    assert [w.start_s for w in words] == pytest.approx([0.02, 0.1])
    assert given.is_quick
    assert given.networks == ("speech", "ctc")


def test_words_before_letters() -> None:
    letters = replace(CTC, name="letters", file="l.onnx")
    assert ear(letters, CTC).networks == ("speech", "ctc")
    assert ear(letters).networks == ("speech", "letters")


def test_no_words_where_no_text_is_asked_for() -> None:
    assert ear(CTC, tasks=("speech",)).words is None
    assert ear(CTC, tasks=("ctc",)).words is not None


def test_the_answers_are_those_of_the_asked_tasks() -> None:
    assert ear(tasks=("transcribe", "speech")).hear(frames(0.0)).source == "('transcribe', 'speech')"


def test_a_model_without_speech_is_refused() -> None:
    with pytest.raises(ValueError, match="has no task 'speech', only transcribe"):
        ear_of(_Networks(), replace(MODEL, tasks=(TEXT,)), ("transcribe",), hear)
