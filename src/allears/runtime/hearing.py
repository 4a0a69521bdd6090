"""One hearing: window by window, what the asked networks give; at the end, the answers.

In: an audio stream, the networks and a plan. Out: answers by task. Everything that changes while listening is in here
and gone afterwards, so a `Session` keeps no state between clips.

Letters: S samples, L layers, T frames, D width, C outputs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, AudioStream
from allears.decode import DECODES
from allears.decode.answers import Segment, Span, Transcript
from allears.decode.base import Decode, WindowOutput
from allears.decode.segments import SegmentOptions, find_spans, sigmoid
from allears.decode.snap import snap
from allears.decode.spelled import Spelled
from allears.runtime.clock import Clock
from allears.runtime.judging import Spoken, WindowJudge
from allears.runtime.keywording import KEYWORDS, KeywordFinder
from allears.runtime.languages import Fusion, choose, fuse, sure_or_usual
from allears.runtime.parts import Expectation, Parts
from allears.runtime.plan import LANGUAGE, SPEECH, Plan
from allears.runtime.spellings import is_spelt, last_spelled
from allears.runtime.text_networks import writer
from allears.runtime.windows import Look, Window, cut_windows, is_silent
from allears.spec import ModelSpec, Resolution, TaskSpec

__all__ = ["Hearing", "Progress"]

Progress = Callable[[float, float | None], None]
"""(seconds heard, seconds there are or None if nobody knows)"""

log = logging.getLogger(__name__)

_SURELY_SILENT = -20.0  # logit of speech in it


class Hearing:
    """The state of one hearing.

    Args:
        parts: networks of the model.
        model: its spec.
        plan: what to run.
        language: code the text is in; None to find it.
        allowed: codes to find it among; None for all.
        clock: takes the time.
        bias: words to expect in what is said.
        keywords: gathers the hits; the plan runs the head it needs.
    """

    def __init__(
        self,
        parts: Parts,
        model: ModelSpec,
        plan: Plan,
        *,
        language: str | None,
        allowed: Sequence[str] | None,
        clock: Clock,
        bias: Expectation | None = None,
        keywords: KeywordFinder | None = None,
    ) -> None:
        self._parts, self._model, self._plan, self._clock = parts, model, plan, clock
        self._language, self._allowed, self._bias, self._keywords = language, allowed, bias, keywords
        self._is_long, self._is_first = False, True
        self._outputs: dict[str, list[WindowOutput]] = {
            name: [] for name in (*plan.asked, *plan.also, SPEECH, *plan.spelling)
        }
        self._languages: list[dict[str, float]] = []
        self._language_weights: list[float] = []
        self._segments: dict[str, list[Segment]] = {}  # of each task that writes text
        self._transcribed: dict[str, float] = {}  # language -> seconds transcribed as it
        self._spoken: list[Spoken] = []  # kept where somebody will judge by it
        tasks = {task.name: task for task in model.tasks}
        self._options = SegmentOptions.of(tasks[SPEECH].decode if SPEECH in tasks else {})
        self._fusion = Fusion.of(tasks[LANGUAGE].decode if LANGUAGE in tasks else {})
        self.duration_s = 0.0

    def hear(self, stream: AudioStream, on_progress: Progress | None = None) -> dict[str, Any]:
        """Listen to the end of the stream. Returns task -> answer."""
        per_frame = self._parts.samples_per_frame
        longest = int(self._model.max_window_s * SAMPLE_RATE) // per_frame * per_frame
        total_s = stream.duration_s
        self._is_long = total_s is None or total_s * SAMPLE_RATE > longest
        for window in cut_windows(
            stream, self._look, max_samples=longest, samples_per_frame=per_frame, low=self._options.low
        ):
            self._take(window)
            self.duration_s = (window.start + len(window.audio)) / SAMPLE_RATE
            if on_progress is not None:
                on_progress(self.duration_s, None if total_s is None else max(total_s, self.duration_s))
        return {name: self._answer(name) for name in self._plan.asked}

    @property
    def has_speech(self) -> bool:
        """Whether somebody speaks; true where nobody looked."""
        looked = self._outputs[SPEECH]
        return not looked or any(output.speech_s for output in looked)

    def so_far(self, name: str) -> Any | None:
        """The answer of a task from the windows heard up to now; None if it heard none."""
        return self._answer(name) if self._outputs.get(name) or self._segments.get(name) else None

    def outputs(self, name: str) -> Sequence[WindowOutput]:
        """What a head of frames gave, window by window, as it gave it (logits); windows it did not hear are missing.

        The CTC head that only helps `transcribe` hears windows with speech, a head of the plan's `also` hears all.

        Raises:
            ValueError: the head was not run.
        """
        plan = self._plan
        run = {*plan.frame_heads, *plan.also, *plan.spelling, *((plan.speech,) if plan.speech else ())}
        if name not in run:
            raise ValueError(
                f"the head {name!r} was not run, only {', '.join(sorted(run)) or 'none of frames'}: ask for it as a "
                "task, or name it in the plan's `also`"
            )
        return tuple(self._outputs[name])

    def judge(self, language: str) -> WindowJudge | None:
        """The text decoder, asked about texts in that language; None where nobody speaks, or in several windows.

        It judges by one window: by the first of many it would say that of a long clip's end nothing was heard.
        """
        name = self._plan.judge
        assert name is not None, "the plan names nobody to judge"
        if len(self._spoken) != 1:
            log.debug("%s judges nothing: somebody speaks in %d windows", name, len(self._spoken))
            return None
        written = None
        if name == self._plan.transcribe:
            written = Transcript(tuple(self._segments.get(name, ())), None).text
        return WindowJudge(self._parts.transcriber(name), self._spoken[0], language, written=written)

    def _look(self, audio: np.ndarray) -> Look:
        """One pass over (S,) samples: encoder and speech head, as far as they are needed."""
        name = self._plan.long_speech if self._is_long else self._plan.speech
        num_frames = self._parts.num_frames(len(audio))
        if not self._is_first and name and is_silent(audio):
            logits = np.full(num_frames, _SURELY_SILENT, np.float32)
            return Look(None, sigmoid(logits), logits)
        layers = self._encode(audio)
        if name is None:
            return Look(layers, None, None)
        with self._clock.part(SPEECH):
            logits = self._parts.head(name, layers).reshape(-1)[:num_frames]
        return Look(layers, sigmoid(logits), logits)

    def _take(self, window: Window) -> None:
        """Let every network that has to hear the window."""
        plan, look = self._plan, window.look
        start_s, duration_s = window.start / SAMPLE_RATE, len(window.audio) / SAMPLE_RATE
        spans = self._spans(look, duration_s)
        speech_s = None if spans is None else sum(span.end_s - span.start_s for span in spans)
        is_spoken, is_first, self._is_first = speech_s is None or speech_s > 0, self._is_first, False
        if look.logits is not None:
            self._outputs[SPEECH].append(WindowOutput(start_s, duration_s, look.logits[:, None], speech_s))
        heads = [*plan.frame_heads, *plan.also, *(plan.clip_heads if is_spoken or is_first else ())]
        has_language = plan.language and (is_spoken or (is_first and LANGUAGE in plan.asked))
        has_text = plan.transcribe is not None and is_spoken
        if has_text and plan.ctc is not None and is_spelt(self._model, plan.ctc, self._language):
            heads[:0] = [name for name in plan.spelling if name not in heads]
        has_judge = plan.judge is not None and is_spoken
        has_keywords = self._keywords is not None and not is_silent(window.audio)
        if not (heads or has_language or has_text or has_judge or has_keywords):
            return
        layers = self._encode(window.audio) if look.layers is None else look.layers
        for name in heads:
            self._outputs[name].append(self._run_head(name, layers, window, speech_s))
        if has_keywords and self._keywords is not None:
            with self._clock.part(KEYWORDS):
                self._keywords.hear(layers, window, self._outputs)
        decoder = plan.transcribe if has_text else plan.decoder if has_language else None
        started = self._start(decoder, layers) if decoder else None
        if has_language:
            self._find_language(layers, started, duration_s if speech_s is None else speech_s)
        if has_text:
            moved = [Span(span.start_s + start_s, span.end_s + start_s) for span in spans or ()]
            self._transcribe(decoder, started, layers, window, moved, self._spelled())
            for name in plan.more_texts:
                own = started if self._is_same_decoder(name, decoder) else self._start(name, layers)
                self._transcribe(name, own, layers, window, moved)
        if has_judge:
            own = started if decoder == plan.judge else None
            end_s = spans[-1].end_s if spans else None
            spelled = last_spelled(self._model, self._outputs, plan.also)
            self._spoken.append(Spoken(layers, own, duration_s, end_s, spelled))

    def _spelled(self) -> Spelled | None:
        """What the CTC head spelt of the last window; None if it does not help."""
        name, letters = self._plan.ctc, self._plan.letters
        if name is None or not is_spelt(self._model, name, self._language):
            return None
        spelled = last_spelled(self._model, self._outputs, [name])
        timer = last_spelled(self._model, self._outputs, [letters]) if letters else None
        return spelled if spelled is None or timer is None else spelled.with_letters(timer)

    def _run_head(self, name: str, layers: np.ndarray, window: Window, speech_s: float | None) -> WindowOutput:
        task = self._model.task(name)
        with self._clock.part(name):
            output = self._parts.head(name, layers, window.audio)
        if task.resolution is Resolution.FRAME:
            output = output[: task.num_outputs(self._parts.num_frames(len(window.audio)))]
        audio = window.audio if task.decode.get("needs_audio") else None
        return WindowOutput(window.start / SAMPLE_RATE, len(window.audio) / SAMPLE_RATE, output, speech_s, audio)

    def _spans(self, look: Look, duration_s: float) -> tuple[Span, ...] | None:
        """Speech in a window, from the window's start; None if nobody looked."""
        if look.speech is None or look.logits is None:
            return None
        return tuple(find_spans(look.speech, self._options, self._model.frame_shift_s, duration_s))

    def _encode(self, audio: np.ndarray) -> np.ndarray:
        with self._clock.part("encoder"):
            return self._parts.encode(audio)

    def _is_same_decoder(self, name: str, other: str | None) -> bool:
        """Whether two text tasks read a window with the same networks: a first look at it serves both."""
        one, two = self._model.task(name), self._model.task(str(other))
        return (one.file, one.decode.get("cross")) == (two.file, two.decode.get("cross"))

    def _start(self, name: str, layers: np.ndarray) -> Any:
        with self._clock.part(name if name in self._plan.asked else LANGUAGE):
            return self._parts.transcriber(name).start(layers)

    def _find_language(self, layers: np.ndarray, started: Any | None, weight: float) -> None:
        """Note the language of a window, and how much it counts."""
        head = None
        if self._plan.language_head is not None:
            task = self._model.task(self._plan.language_head)
            with self._clock.part(LANGUAGE):
                logits = self._parts.head(task.name, layers)
            head = _decode(task)([WindowOutput(0.0, weight, logits)], task, self._model).probabilities
        decoder = None if started is None or self._plan.decoder is None else started.language_probabilities
        self._languages.append(fuse(head, decoder, self._fusion, self._allowed))
        self._language_weights.append(weight)

    def _transcribe(
        self,
        name: str | None,
        started: Any,
        layers: np.ndarray,
        window: Window,
        spans: Sequence[Span],
        spelled: Spelled | None = None,
    ) -> None:
        assert name is not None
        start_s, duration_s = window.start / SAMPLE_RATE, len(window.audio) / SAMPLE_RATE
        language = self._language or sure_or_usual(self._languages, self._language_weights)
        if spelled is not None and not is_spelt(self._model, str(self._plan.ctc), language):
            spelled = None
        with self._clock.part(name):
            decoder, started = writer(self._parts, name, language, window.audio, layers, started)
            end_s = spans[-1].end_s - start_s if spans else None
            helps: dict[str, Any] = {"spelled": spelled, "bias": self._bias if name == self._plan.transcribe else None}
            heard = decoder.listen(
                started,
                start_s=start_s,
                duration_s=duration_s,
                language=language,
                speech_end_s=end_s,
                **{key: value for key, value in helps.items() if value is not None},
            )
        self._segments.setdefault(name, []).extend(snap(heard.segments, spans))
        if name != self._plan.transcribe:
            return
        said_s = sum(segment.end_s - segment.start_s for segment in heard.segments)
        self._transcribed[heard.language] = self._transcribed.get(heard.language, 0.0) + said_s

    def _answer(self, name: str) -> Any:
        if name == self._plan.transcribe or name in self._plan.more_texts:
            most = max(self._transcribed, key=lambda code: self._transcribed[code], default=self._language)
            written = self._model.task(name).decode.get("to", most)
            return Transcript(tuple(self._segments.get(name, ())), written)
        if name == LANGUAGE:
            return choose(self._languages, self._language_weights)
        task = self._model.task(name)
        return _decode(task)(self._outputs[name], task, self._model)


def _decode(task: TaskSpec) -> Decode:
    """The function of a task's decode kind; `top_one` and `top-one` are the same."""
    decode: Decode = DECODES[str(task.decode["kind"]).replace("_", "-")]
    return decode
