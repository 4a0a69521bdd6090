"""When each word and letter of a known text was said, by the model's `ctc` head: nothing to train, no lexicon.

In: audio of any length and its text. Out: a `Result` with word times and a timeline `letters`.

The audio is heard in windows cut where nobody speaks, and aligned as one piece (`chain.py`), so that no word falls
between two windows. CTC's units are spikes where their sound is clear, which is a little after it began: all times are
set earlier by that (`decode/spelled.py`). A letter lasts until the next one, and a word 60 ms beyond its last at most.

A word with something the head has no letter for (`42`, another script) is a gap: it gets what the words beside it
leave, the probability 0, and a warning. Write numbers as they are said.

Letters: T frames, C units of the head (the blank is number 0), U units of the text, S = 2 U + 1 states.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import numpy as np

from allears.audio import AudioSource, open_audio
from allears.commands.sound import frame_times, log_softmax
from allears.decode.answers import LabelledSpan
from allears.decode.spelled import EARLIER_S, LAST_LETTER_S, Spelled
from allears.decode.spelling import SPACE
from allears.decode.spelling_heads import CTC, letters_head
from allears.hybrid.aligned import Written, read_text, result_of
from allears.hybrid.chain import Chain, walk
from allears.hybrid.lexicon import named
from allears.runtime.clock import Clock
from allears.runtime.hearing import Hearing, Progress
from allears.runtime.parts import Parts
from allears.runtime.plan import SPEECH, make_plan
from allears.runtime.result import Result
from allears.spec import ModelSpec

__all__ = ["align_letters"]

log = logging.getLogger(__name__)

TIER = "letters"
DOUBTFUL = 0.05  # median over words; the right text of the demo clip has 0.9, another one 0.005, silence 0.0001


def align_letters(
    source: AudioSource, text: str, parts: Parts, model: ModelSpec, *, on_progress: Progress | None = None
) -> Result:
    """Align a text with its audio.

    Args:
        source: path, file or array (S,) at 16 kHz.
        text: what is said, all of it; a line becomes a segment.
        parts: networks of a model with a `ctc` head.
        model: its spec.
        on_progress: called after each window.

    Raises:
        AudioError: the audio cannot be heard.
        ValueError: no word in the text, more of it than fits into the audio, or a model without a `ctc` head.
    """
    begun = time.perf_counter()
    written = read_text(text)
    head = letters_head(model)
    if head is None:
        raise ValueError(f"the model {model.name!r} has no task {CTC!r} to align with: give another, or --hybrid")
    names, shift_s = model.task(head).classes, model.shift_s(model.task(head))
    asked = [SPEECH] if any(task.name == SPEECH for task in model.tasks) else [head]
    plan = make_plan(model, asked, is_language_known=True, also=(head,))
    hearing = Hearing(parts, model, plan, language=None, allowed=None, clock=Clock())
    with open_audio(source) as stream:
        hearing.hear(stream, on_progress)
        outputs, name = hearing.outputs(head), stream.name
    spelled = Spelled(log_softmax(outputs, len(names)), names, shift_s)
    times_s = np.maximum(0.0, frame_times(outputs, len(names), shift_s) - EARLIER_S)
    spans, letters = _times(spelled, written, names, times_s)
    _warn_of_other_words(name, [probability for _, _, probability in spans])
    return result_of(
        name, hearing.duration_s, written, spans, letters, tier=TIER, model=model.name,
        seconds=time.perf_counter() - begun,
    )  # fmt: skip


def _warn_of_other_words(name: str, probabilities: Sequence[float]) -> None:
    """A text can be laid over any audio, silence too: say so where it hardly fits."""
    if (typical := float(np.median(probabilities))) < DOUBTFUL:
        log.warning(
            "%s: half of the words have a probability below %.2g, so the text is hardly what is said there, and its "
            "times mean little; is it the right recording?", name, max(typical, 0.001),
        )  # fmt: skip


def _times(
    spelled: Spelled, written: Sequence[Written], names: Sequence[str], times_s: np.ndarray
) -> tuple[list[tuple[float, float, float]], list[LabelledSpan]]:
    """(start, end, probability) of each word, and the letters; `times_s` (T + 1,) are the frames' beginnings."""
    units, places = spelled.units([" ".join(word.plain) for word in written])
    path, _ = walk(spelled.with_gap, _chain(units))
    firsts, stops, logprobs = _runs(path, spelled.with_gap, units)
    gap = len(names)
    spaced = [i for i, unit in enumerate(units) if unit == gap or names[unit] != SPACE]  # those that sound
    unspelt = [word.text for word, (a, b) in zip(written, places, strict=True) if gap in units[a:b]]
    if unspelt:
        log.warning(
            "%d of %d words have something the model has no letter for: %s; they get what the words beside them leave, "
            "so write them as they are said", len(unspelt), len(written), named(unspelt),
        )  # fmt: skip
    nexts = dict(zip(spaced, [*(int(firsts[i]) for i in spaced[1:]), len(times_s) - 1], strict=True))
    spans, letters = [], list[LabelledSpan]()
    for first, stop in places:
        own = [i for i in range(first, stop) if i in nexts]
        is_gap = any(units[i] == gap for i in own)
        last = own[-1]
        end_s = min(times_s[stops[last]] + LAST_LETTER_S, max(times_s[nexts[last]], times_s[stops[last]]))
        probability = 0.0 if is_gap else float(np.exp(logprobs[own].mean()))
        spans.append((float(times_s[firsts[own[0]]]), float(end_s), probability))
        for i in own:
            until_s = float(end_s if i == last else times_s[nexts[i]])
            label = "?" if units[i] == gap else names[units[i]].replace(SPACE, "")
            letters.append(
                LabelledSpan(label, float(times_s[firsts[i]]), until_s, float(np.exp(min(0.0, logprobs[i]))))
            )
    return spans, letters


def _chain(units: Sequence[int]) -> Chain:
    """CTC's states: a blank before, between and after the units, which only equal ones need."""
    columns = np.zeros(2 * len(units) + 1, np.int64)
    columns[1::2] = units
    is_optional = columns == 0
    is_optional[2:-1:2] = np.diff(units) != 0
    free = np.zeros(len(columns))
    return Chain(columns, free, free, is_optional)


def _runs(path: np.ndarray, logprobs: np.ndarray, units: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First frame of each unit, the one after its last, and its mean log-probability, (U,) each."""
    frames = np.flatnonzero(path % 2)
    owners = path[frames] // 2
    numbers = np.arange(len(units))
    firsts = frames[np.searchsorted(owners, numbers, side="left")]
    stops = frames[np.searchsorted(owners, numbers, side="right") - 1] + 1
    totals = np.bincount(owners, logprobs[frames, np.asarray(units)[owners]], minlength=len(units))
    return firsts, stops, totals / np.bincount(owners, minlength=len(units))
