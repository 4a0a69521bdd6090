"""A keyword out of a few recordings: where in each it is said, and what the encoder makes of it there.

In: recordings of the keyword alone (a second of silence around it does no harm), and its spellings. Out: `Keyword`.

Each recording is heard twice, as it is and in pink noise, so that the keyword is known in noise as well: see
docs/tasks/keyword.md for what that gives.

Letters: T frames, D width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.audio import SAMPLE_RATE, AudioSource, open_audio
from allears.decode.embedding import unit
from allears.decode.segments import SegmentOptions, find_spans, sigmoid
from allears.keywords.background import NEAR_BEST, Tail, fit_tail
from allears.keywords.examples import match
from allears.keywords.hits import peaks
from allears.keywords.keyword import Keyword
from allears.keywords.listen import windows
from allears.keywords.spotter import Keywords, example_layer
from allears.runtime.parts import Parts
from allears.spec import ModelSpec

__all__ = ["agreement", "keyword_of", "measure_background", "templates_of"]

SPEECH = "speech"
_SHORTEST_S, _LONGEST_S = 0.2, 2.2  # of what is said; longer does not fit into the overlap of two windows
_PAUSE_S = 0.4  # a longer silence parts two sayings
_BACKGROUND_S = 20.0  # of a window
_SNR_DB = 5.0  # of the noisy copy


def keyword_of(
    name: str,
    *,
    parts: Parts,
    model: ModelSpec,
    recordings: Sequence[AudioSource] = (),
    spellings: Sequence[str] = (),
    false_accepts_per_hour: float = 0.1,
) -> Keyword:
    """A keyword.

    Raises:
        AudioError: a recording cannot be heard.
        ValueError: neither recordings nor spellings; a recording in which nobody says anything, or too much.
    """
    pairs = [templates_of(recording, parts, model) for recording in recordings]
    return Keyword(
        name=name.strip(),
        model=f"{model.name} {model.version}",
        spellings=tuple(spellings),
        templates=(*(clean for clean, _ in pairs), *(noisy for _, noisy in pairs)),
        num_recordings=len(pairs),
        false_accepts_per_hour=false_accepts_per_hour,
    )


def templates_of(recording: AudioSource, parts: Parts, model: ModelSpec) -> tuple[np.ndarray, np.ndarray]:
    """The frames (T, D) of what is said in a recording, as it is and in noise, each frame of length 1.

    Raises:
        ValueError: nobody says anything in it, or more than a keyword.
    """
    what = "the array" if isinstance(recording, np.ndarray) else str(recording)
    with open_audio(recording) as stream:
        audio = stream.read_all()
    if len(audio) > model.max_window_s * SAMPLE_RATE:
        raise ValueError(f"{what} lasts {len(audio) / SAMPLE_RATE:.0f} s: give the keyword alone, a second or two")
    layers = parts.encode(audio)
    first_s, last_s = _said(layers, len(audio), parts, model)
    if not _SHORTEST_S <= last_s - first_s <= _LONGEST_S:
        raise ValueError(
            f"{what}: {last_s - first_s:.2f} s of speech in one piece, a keyword has {_SHORTEST_S} to {_LONGEST_S} s: "
            "record it again, saying the keyword alone, once"
        )
    said = audio[round(first_s * SAMPLE_RATE) : round(last_s * SAMPLE_RATE)]
    span = slice(round(first_s / model.frame_shift_s), round(last_s / model.frame_shift_s))
    num_frames = parts.num_frames(len(audio))
    noisy = parts.encode(audio + _noise(len(audio), float(np.sqrt(np.mean(said**2)))))
    clean_frames, noisy_frames = (
        unit(example_layer(heard)[:num_frames][span].astype(np.float32)) for heard in (layers, noisy)
    )
    return clean_frames, noisy_frames


def _noise(num_samples: int, speech_rms: float) -> np.ndarray:
    """Pink noise (S,), the same every time, `_SNR_DB` below speech of that level."""
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(num_samples))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))), num_samples)
    scale = speech_rms * 10 ** (-_SNR_DB / 20) / max(1e-9, float(np.sqrt(np.mean(pink**2))))
    return (pink * scale).astype(np.float32)


def _said(layers: np.ndarray, num_samples: int, parts: Parts, model: ModelSpec) -> tuple[float, float]:
    """Start and end in seconds of the longest saying; the whole clip where the model cannot tell speech."""
    duration_s = num_samples / SAMPLE_RATE
    task = next((task for task in model.tasks if task.name == SPEECH), None)
    if task is None:
        return 0.0, duration_s
    logits = parts.head(SPEECH, layers).reshape(-1)[: parts.num_frames(num_samples)]
    sayings: list[list[float]] = []
    for span in find_spans(sigmoid(logits), SegmentOptions.of(task.decode), model.frame_shift_s, duration_s):
        if sayings and span.start_s - sayings[-1][1] < _PAUSE_S:
            sayings[-1][1] = span.end_s
        else:
            sayings.append([span.start_s, span.end_s])
    first_s, last_s = max(sayings, key=lambda saying: saying[1] - saying[0], default=[0.0, 0.0])
    return first_s, last_s


def agreement(keyword: Keyword) -> tuple[float, ...]:
    """How like the other recordings each one is: its best score against them; nothing for fewer than two."""
    count, templates = keyword.num_recordings, keyword.templates
    if count < 2:
        return ()
    others = ([t for j, t in enumerate(templates) if j % count != i] for i in range(count))
    return tuple(float(match(rest, one).score.max()) for one, rest in zip(templates, others, strict=False))


def measure_background(
    keyword: Keyword, recordings: Sequence[AudioSource], parts: Parts, model: ModelSpec
) -> dict[str, Tail]:
    """Way of hearing -> the tail of what sound without the keyword scores.

    Raises:
        AudioError: a recording cannot be heard.
        ValueError: too little of it.
    """
    keywords = Keywords([keyword], model)
    scores: dict[str, list[float]] = {}
    num_samples = 0
    for recording in recordings:
        for _, audio in windows(recording, _BACKGROUND_S):
            num_samples += len(audio)
            layers = parts.encode(audio)
            ctc = None if keywords.head is None else parts.head(keywords.head, layers)
            for _, by, _, found, _ in keywords.scores(layers, ctc, num_frames=parts.num_frames(len(audio))):
                scores.setdefault(by, []).extend(score for _, _, score in peaks(found, -1e6))
    hours = num_samples / SAMPLE_RATE / 3600
    return {by: fit_tail(found, hours, best=NEAR_BEST.get(by)) for by, found in scores.items()}
