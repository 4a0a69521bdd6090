"""Whisper's attention decoder at run time: one clip's encoder layers in, text with word times out.

Greedy, with the cache passed from step to step; one token a step, or as many as a draft has right (`draft.py`). Guards
against its three known faults: repeating itself, guessing where nobody speaks, and running on past the end of the clip.
Where the model has a CTC head, it gives the draft and the word times. What is unsure or looks wrong is looked at again
(`reconsider.py`).

Letters: L layers, T frames, D width, H heads, N tokens, V vocabulary, A alignment heads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import onnxruntime as ort

from allears.decode.answers import Segment
from allears.decode.beam import Search
from allears.decode.greedy import Drafter, Greedy, Step
from allears.decode.guards import MAX_TOKENS, compression_ratio, token_budget
from allears.decode.joint import GUESSING
from allears.decode.options import numbers
from allears.decode.reader import Reader
from allears.decode.reconsider import Doubt, reconsider
from allears.decode.spelled import Spelled
from allears.decode.tokenizer import Tokenizer
from allears.decode.words import UNSPACED, build_segments
from allears.onnx_threads import session_options
from allears.runtime.onnx_file import read_packed
from allears.spec import ModelSpec, TaskSpec
from allears.vocabulary import LANGUAGES, Vocabulary, base_language

if TYPE_CHECKING:
    from allears.biasing.look import Expectation

__all__ = ["Heard", "Started", "TranscriptDecoder"]

log = logging.getLogger(__name__)

_Change = Callable[[str, ort.SessionOptions], None]

NO_SPEECH = 0.6  # Whisper's own threshold of its no-speech token
_OPTIONS = {
    "ctc_weight": 0.3,  # CTC's share where a text is judged again; Hori et al. 2017 use 0.1 to 0.5
    "beam": 3.0,  # texts kept where others are searched for; 0: none are searched for
    "beam_reach": 2.0,  # nats below the best beginning at which another is given up
    "beam_below": -0.25,  # mean log-probability of the tokens under which others are searched for
}


@dataclass(frozen=True)
class Heard:
    """What was said in one window.

    Attributes:
        segments: with times from the start of the clip.
        language: Whisper code the text was decoded as.
        language_probabilities: Whisper code -> probability, from the decoder's language tokens.
    """

    segments: tuple[Segment, ...]
    language: str
    language_probabilities: dict[str, float]


@dataclass(frozen=True, eq=False)
class Started:
    """A window the decoder has taken a first look at: nothing but the start token is fed.

    Attributes:
        cross: cross_key_i (1, H, D / H, T) and cross_value_i (1, H, T, D / H) by input name.
        cache: self_key_i and self_value_i (1, H, P, D / H) by input name.
        language_probabilities: Whisper code -> probability.
        no_speech_probability: that nobody speaks.
        first_logits: (1, V) scores of the token after the start token.
    """

    cross: dict[str, np.ndarray]
    cache: dict[str, np.ndarray]
    language_probabilities: dict[str, float]
    no_speech_probability: float
    first_logits: np.ndarray


class TranscriptDecoder:
    """The `transcribe` task of a model folder. Holds no state between calls; safe to share among threads.

    Args:
        folder: of the model.
        task: options in `task.decode`: `cross` (file of the cross projections), `vocabulary` (file), `writes`
            (`translation`: the text is in another language than the speech).
        model: the model's spec.
        num_threads: of onnxruntime.
        change: given a file's name and its session's options before it is opened; None: nothing is changed.
    """

    def __init__(
        self, folder: Path, task: TaskSpec, model: ModelSpec, num_threads: int, *, change: _Change | None = None
    ) -> None:
        def opened(file: str) -> ort.InferenceSession:
            options = session_options(num_threads)
            if change is not None:
                change(file, options)
            content = read_packed(folder / file) or str(folder / file)
            return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])

        self._cross, self._decoder = opened(str(task.decode["cross"])), opened(task.file)
        self.vocabulary = Vocabulary.load(folder / task.decode["vocabulary"])
        self._cross_names = [o.name for o in self._cross.get_outputs()]
        outputs = [o.name for o in self._decoder.get_outputs()]
        self._cache_names = [name.removeprefix("next_") for name in outputs[2:]]
        cache = next(i for i in self._decoder.get_inputs() if i.name == self._cache_names[0])
        self._empty = np.zeros((1, cache.shape[1], 0, cache.shape[3]), np.float32)
        self._frame_shift_s, self._tail_s = model.frame_shift_s, model.tail_s
        texts = ("cross", "vocabulary", "writes", "to")
        given = numbers({k: v for k, v in task.decode.items() if k not in texts}, _OPTIONS)
        search = Search(round(given["beam"]), given["beam_reach"])
        self._doubt = Doubt(given["ctc_weight"], given["beam_below"], search)
        self._ask_for(task)

    def _ask_for(self, task: TaskSpec) -> None:
        is_translation = task.decode.get("writes") == "translation"
        self.asks = self.vocabulary.translate if is_translation else self.vocabulary.transcribe

    def asked_for(self, task: TaskSpec) -> Self:
        """The same networks for another task of the same files: a translation."""
        other = copy(self)
        other._ask_for(task)
        return other

    def start(self, layers: np.ndarray) -> Started:
        """Take a first look at a window's encoder layers (L, 1, T, D)."""
        cross = dict(zip(self._cross_names, self._cross.run(None, {"layers": layers}), strict=True))
        empty = dict.fromkeys(self._cache_names, self._empty)
        logits, _, cache = self._step([self.vocabulary.start], cross, empty)
        probabilities = _softmax(logits[-1])
        first = self.vocabulary.first_language
        codes = _softmax(logits[-1, first : first + len(LANGUAGES)])
        by_code = {code: float(p) for code, p in zip(LANGUAGES, codes, strict=True)}
        return Started(cross, cache, by_code, float(probabilities[self.vocabulary.no_speech]), logits)

    def language_probabilities(self, layers: np.ndarray) -> dict[str, float]:
        """Whisper code -> probability for a window's encoder layers (L, 1, T, D)."""
        return self.start(layers).language_probabilities

    def listen(
        self,
        window: np.ndarray | Started,
        *,
        start_s: float = 0.0,
        duration_s: float,
        language: str | None = None,
        languages: Sequence[str] | None = None,
        speech_end_s: float | None = None,
        spelled: Spelled | None = None,
        bias: Expectation | None = None,
    ) -> Heard:
        """Transcribe one window.

        Args:
            window: its encoder layers (L, 1, T, D), or what `start` made of them.
            start_s: where it starts in the clip.
            duration_s: its length, without the encoder's silent tail.
            language: tag of the language spoken; detected if None.
            languages: tags to choose among when detecting; all of Whisper's if None.
            speech_end_s: where speech ends in the window, from its start, if that is known.
            spelled: what a CTC head spelt of the window, if there is one.
            bias: words to expect, if there are any.

        Raises:
            ValueError: a language Whisper does not know.
        """
        started = window if isinstance(window, Started) else self.start(window)
        chosen = base_language(language) if language else self._detect(started, languages)
        if spelled is not None and started.no_speech_probability > NO_SPEECH and spelled.is_silent:
            return Heard((), chosen, started.language_probabilities)
        reader = self._reader(started, chosen, duration_s, speech_end_s)
        greedy = _written(reader, chosen, spelled, keep=bias is not None)
        greedy = reconsider(greedy, reader, spelled, self._doubt, keep=bias is not None)
        if bias is not None:
            from allears.biasing.look import Again, look_for

            again = Again(self._stepper(started), _cut, self.vocabulary, self._tokenizer)
            greedy = look_for(bias, chosen, greedy, again)
        segments = self._segments(greedy, started, start_s, duration_s, chosen, spelled)
        return Heard(segments, chosen, started.language_probabilities)

    def write(
        self,
        started: Started,
        language: str,
        duration_s: float,
        speech_end_s: float | None = None,
        spelled: Spelled | None = None,
    ) -> Greedy:
        """The tokens of a window of that length, before it is decided whether somebody spoke at all."""
        return _written(self._reader(started, language, duration_s, speech_end_s), language, spelled)

    def score(self, started: Started, language: str, texts: Sequence[str]) -> list[float]:
        """ln p(text | audio) of each text, its end included; natural logarithm, not divided by its length.

        The decoder expects what it writes itself: capitals, punctuation, numbers as digits. Compare texts written in
        the same way; `draft.as_sentence` makes a sentence of plain words. One pass for all and one for each text.

        Raises:
            ValueError: a language Whisper does not know, or a text longer than the decoder can hold.
        """
        reader = self._reader(started, base_language(language))
        return [float(sum(read.logprobs)) for read in reader.read([reader.encode(text) for text in texts])]

    def _reader(
        self, started: Started, language: str, duration_s: float | None = None, end_s: float | None = None
    ) -> Reader:
        """The decoder on a window; without a duration, on one that may hold any text."""
        return Reader(
            self._stepper(started),
            self._prompt(language),
            started.cache,
            self.vocabulary,
            self._tokenizer,
            language,
            MAX_TOKENS if duration_s is None else token_budget(duration_s),
            None if end_s is None else round(end_s / self._frame_shift_s),
        )

    def _prompt(self, language: str) -> list[int]:
        return [self.vocabulary.language_token(language), self.asks, self.vocabulary.no_timestamps]

    def _stepper(self, started: Started) -> Step:
        return lambda tokens, cache: self._step(tokens, started.cross, cache)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer(self.vocabulary)

    def _detect(self, started: Started, languages: Sequence[str] | None) -> str:
        codes = LANGUAGES if languages is None else [base_language(tag) for tag in languages]
        for code in codes:
            self.vocabulary.language_token(code)  # raises for an unknown one
        return max(codes, key=lambda code: started.language_probabilities[code])

    def _step(
        self, tokens: Sequence[int], cross: dict[str, np.ndarray], cache: dict[str, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Feed tokens. Returns logits (N, V), alignment (A, N, T) and the grown cache."""
        out = self._decoder.run(None, {"tokens": np.array([list(tokens)], np.int64), **cross, **cache})
        return out[0][0], out[1], dict(zip(self._cache_names, out[2:], strict=True))

    def _segments(
        self,
        greedy: Greedy,
        started: Started,
        start_s: float,
        duration_s: float,
        language: str,
        spelled: Spelled | None,
    ) -> tuple[Segment, ...]:
        text = self.vocabulary.decode(greedy.tokens).strip()
        mean_logprob = float(np.mean(greedy.logprobs))
        if not text or (started.no_speech_probability > NO_SPEECH and mean_logprob < GUESSING):
            return ()
        return build_segments(
            greedy.tokens,
            [float(np.exp(p)) for p in greedy.logprobs],
            greedy.alignment,
            vocabulary=self.vocabulary,
            language=language,
            frame_shift_s=self._frame_shift_s,
            start_s=start_s,
            duration_s=duration_s,
            mean_logprob=mean_logprob,
            compression=compression_ratio(text),
            no_speech_probability=started.no_speech_probability,
            times=None if spelled is None else spelled.times,
        )


def _written(reader: Reader, language: str, spelled: Spelled | None, *, keep: bool = False) -> Greedy:
    """What a reader writes first, with what was spelt as its draft where words have spaces between them."""
    draft: Drafter | None = None
    if spelled is not None and spelled.text and language not in UNSPACED:
        draft = reader.draft(spelled.text)
    return reader.write(draft, _cut, keep=keep)


def _cut(cache: dict[str, np.ndarray], num_tokens: int) -> dict[str, np.ndarray]:
    """The cache without the last tokens fed."""
    return {name: array[:, :, :-num_tokens] for name, array in cache.items()}


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum())
