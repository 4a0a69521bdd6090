"""What a stream needs of a model: where somebody speaks, words quickly, and everything at full quality.

In: the networks of a model and a function that hears a clip. Out: three functions of samples (S,) at 16 kHz.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Transcript, Word
from allears.decode.base import WindowOutput
from allears.decode.segments import SegmentOptions, sigmoid
from allears.decode.spelling_heads import LETTERS
from allears.runtime.parts import TRANSCRIPT
from allears.runtime.plan import SPEECH
from allears.runtime.result import Result
from allears.spec import ModelSpec, TaskSpec

if TYPE_CHECKING:
    from allears.keywords.listen import KeywordListener

__all__ = ["Ear", "Networks", "ear_of"]


class Networks(Protocol):
    """What is used of `Parts`."""

    def encode(self, audio: np.ndarray) -> np.ndarray: ...

    def head(self, name: str, layers: np.ndarray) -> np.ndarray: ...

    def num_frames(self, num_samples: int) -> int: ...


@dataclass(frozen=True)
class Ear:
    """What a stream is heard with.

    Attributes:
        speech: samples (S,) -> probability of speech of each frame (T,).
        words: samples -> the words in them, in their times; None for a stream without partial results.
        hear: samples -> all answers.
        samples_per_frame: of the encoder.
        threshold: of the probability of speech.
        longest_s: that one pass takes.
        is_quick: `words` takes little more than the encoder, so it can be asked often.
        networks: tasks whose networks it uses itself.
        keywords: listens for keywords; None if there are none.
    """

    speech: Callable[[np.ndarray], np.ndarray]
    words: Callable[[np.ndarray], Sequence[Word]] | None
    hear: Callable[[np.ndarray], Result]
    samples_per_frame: int
    threshold: float
    longest_s: float
    is_quick: bool = False
    networks: tuple[str, ...] = ()
    keywords: KeywordListener | None = None


def ear_of(
    parts: Networks,
    model: ModelSpec,
    tasks: Sequence[str],
    hear: Callable[[np.ndarray, Sequence[str]], Result],
) -> Ear:
    """The ear for the asked tasks.

    Words come from a head of kind `ctc` if the model has one (of words before one of letters), else from its text
    decoder.

    Args:
        parts: networks of the model.
        model: its spec.
        tasks: that are answered at the end of an utterance.
        hear: answers those of a clip that are named.

    Raises:
        ValueError: the model cannot tell where somebody speaks.
    """
    speech = next((task for task in model.tasks if task.name == SPEECH), None)
    if speech is None:
        have = ", ".join(task.name for task in model.tasks)
        raise ValueError(
            f"the model {model.name!r} has no task {SPEECH!r}, only {have}: a stream needs it to find utterances; use "
            "a model that has it, or `hear` for whole clips"
        )
    asked = [model.task(name) for name in tasks]
    text = next((task.name for task in asked if task.decode["kind"] == TRANSCRIPT), None)
    spelling = [task for task in model.tasks if task.decode["kind"] == "ctc"]
    ctc = min(spelling, key=lambda task: task.name == LETTERS, default=None)
    has_words = text is not None or any(task in spelling for task in asked)

    def read_text(audio: np.ndarray) -> Sequence[Word]:
        assert text is not None
        answer = hear(audio, [text]).answers[text]
        assert isinstance(answer, Transcript)
        return answer.words

    words = None if not has_words else read_text if ctc is None else _ctc_words(parts, model, ctc)
    return Ear(
        speech=_speech(parts, speech.name),
        words=words,
        hear=lambda audio: hear(audio, tasks),
        samples_per_frame=round(model.frame_shift_s * model.sample_rate),
        threshold=SegmentOptions.of(speech.decode).threshold,
        longest_s=model.max_window_s,
        is_quick=ctc is not None,
        networks=(speech.name, *((ctc.name,) if ctc and has_words else ())),
    )


def _speech(parts: Networks, name: str) -> Callable[[np.ndarray], np.ndarray]:
    def probabilities(audio: np.ndarray) -> np.ndarray:
        logits = parts.head(name, parts.encode(audio)).reshape(-1)
        return sigmoid(logits[: parts.num_frames(len(audio))])

    return probabilities


def _ctc_words(parts: Networks, model: ModelSpec, task: TaskSpec) -> Callable[[np.ndarray], Sequence[Word]]:
    decode = DECODES["ctc"]

    def read(audio: np.ndarray) -> Sequence[Word]:
        output = parts.head(task.name, parts.encode(audio))
        output = output[: task.num_outputs(parts.num_frames(len(audio)))]
        window = WindowOutput(0.0, len(audio) / model.sample_rate, output)
        transcript = decode([window], task, model)
        assert isinstance(transcript, Transcript)
        return transcript.words

    return read
