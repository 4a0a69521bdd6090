"""When each word was said: the decoder's attention, followed through time.

In: tokens and the attention that predicted each. Out: words with times, in segments.
Source: whisper/timing.py (OpenAI), which normalises the attention of a few heads and aligns by dynamic time warping.
Ours differs: a left-to-right Viterbi path, in which each frame belongs to one token, so every token lasts at least one
frame and the search is one vector operation a frame; the end token takes the frames after the last word.

Letters: A alignment heads, N tokens, T frames.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from allears.decode.answers import Segment, Word
from allears.vocabulary import Vocabulary

__all__ = ["UNSPACED", "Times", "align_tokens", "build_segments"]

Times = Callable[[Sequence[str]], Sequence[tuple[float, float] | None]]
"""words -> (start, end) of each in the window, seconds; None where it cannot be told"""

UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})  # written without spaces: a character is a word
_MEDIAN_FRAMES = 7  # as Whisper: smooths single-frame spikes
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")
_PAUSE_S = 1.0  # a longer silence starts a new segment
_SHORTEST_END = 4  # "Mr.", "Dr." and "J." end no sentence; "boy." does


def align_tokens(alignment: np.ndarray) -> np.ndarray:
    """First frame of each token, and of the end: (A, N + 1, T) -> (N + 1,), rising."""
    _, rows, frames = alignment.shape
    if rows > frames:  # more tokens than frames: spread them evenly
        return np.linspace(0, frames, rows, endpoint=False).astype(int)
    spread = alignment.std(axis=1, keepdims=True) + 1e-6
    score = _median((alignment - alignment.mean(axis=1, keepdims=True)) / spread).mean(axis=0)
    return _viterbi(score)


def _median(x: np.ndarray) -> np.ndarray:
    """Median over 7 frames along the last axis, edges reflected."""
    half = _MEDIAN_FRAMES // 2
    if x.shape[-1] <= half:
        return x
    padded = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(half, half)], mode="reflect")
    views = np.lib.stride_tricks.sliding_window_view(padded, _MEDIAN_FRAMES, axis=-1)
    return np.asarray(np.partition(views, half, axis=-1)[..., half])  # np.median imports numpy.ma: 40 ms of start


def _viterbi(score: np.ndarray) -> np.ndarray:
    """Best left-to-right path through (N, T), each frame with its token or the next one: first frames (N,)."""
    rows, frames = score.shape
    total = np.full(rows, -np.inf)
    total[0] = score[0, 0]
    moved = np.zeros((frames, rows), dtype=bool)
    for frame in range(1, frames):
        come = np.concatenate([[-np.inf], total[:-1]])
        moved[frame] = come > total
        total = np.where(moved[frame], come, total) + score[:, frame]
    firsts = np.zeros(rows, dtype=int)
    row = rows - 1
    for frame in range(frames - 1, 0, -1):
        if moved[frame, row]:
            firsts[row] = frame
            row -= 1
    return firsts


def _group(tokens: Sequence[int], vocabulary: Vocabulary, is_spaced: bool) -> list[tuple[str, int, int]]:
    """(text, first token, one past the last token) of each word."""
    groups: list[tuple[str, int, int]] = []
    data, first = b"", 0
    for i, token in enumerate(tokens):
        piece = vocabulary.piece(token)
        if data and (piece.startswith(b" ") if is_spaced else _is_whole(data)):
            groups.append((data.decode(errors="replace"), first, i))
            data, first = b"", i
        data += piece
    if data:
        groups.append((data.decode(errors="replace"), first, len(tokens)))
    return groups


def _is_whole(data: bytes) -> bool:
    """Whether the last character is there to its last byte; a byte that belongs nowhere counts as a character."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    decoder.decode(data)
    return not decoder.getstate()[0]


def _words(
    tokens: Sequence[int],
    probabilities: Sequence[float],
    alignment: np.ndarray,
    vocabulary: Vocabulary,
    language: str,
    frame_shift_s: float,
    duration_s: float,
) -> list[tuple[Word, int, int]]:
    firsts = align_tokens(alignment)
    words = []
    for text, start, stop in _group(tokens, vocabulary, language not in UNSPACED):
        times = np.clip(np.array([firsts[start], firsts[stop]]) * frame_shift_s, 0.0, duration_s)
        probability = float(np.mean(probabilities[start:stop]))
        words.append((Word(text.strip(), float(times[0]), float(times[1]), probability), start, stop))
    return [w for w in words if w[0].text]


def _retimed(words: Sequence[Word], times: Times, duration_s: float) -> list[Word]:
    """Words with better times; one without stays where it was, between its neighbours."""
    spans = times([word.text for word in words])
    moved, begin = [], 0.0
    for i, (word, span) in enumerate(zip(words, spans, strict=True)):
        latest = next((later[0] for later in spans[i:] if later is not None), duration_s)
        start, end = (word.start_s, min(word.end_s, latest)) if span is None else span
        start = min(max(start, begin), duration_s if span else latest)
        end = min(max(start, end), duration_s)
        moved.append(replace(word, start_s=start, end_s=end))
        begin = end
    return moved


def _ends_sentence(word: str) -> bool:
    """Whether a sentence ends with this word: it ends like one, and is no short abbreviation."""
    bare = word.rstrip("\"'”’»)")
    is_short = bare.endswith(".") and bare[:1].isupper() and len(bare) < _SHORTEST_END
    return bare.endswith(_SENTENCE_ENDS) and not is_short


def build_segments(
    tokens: Sequence[int],
    probabilities: Sequence[float],
    alignment: np.ndarray,
    *,
    vocabulary: Vocabulary,
    language: str,
    frame_shift_s: float,
    start_s: float,
    duration_s: float,
    mean_logprob: float,
    compression: float,
    no_speech_probability: float,
    times: Times | None = None,
) -> tuple[Segment, ...]:
    """Words with times in the clip, one segment a sentence (or a stretch between pauses of a second).

    Args:
        tokens: N text tokens.
        probabilities: of each token and of the end, N + 1.
        alignment: (A, N + 1, T) attention of the steps that predicted them.
        start_s, duration_s: the window in the clip; a word never ends after it.
        times: who knows better than the attention when words were said.
    """
    words = _words(tokens, probabilities, alignment, vocabulary, language, frame_shift_s, duration_s)
    if times is not None:
        moved_words = _retimed([word for word, _, _ in words], times, duration_s)
        words = [(word, start, stop) for word, (_, start, stop) in zip(moved_words, words, strict=True)]
    groups: list[list[tuple[Word, int, int]]] = []
    for entry in words:
        last = groups[-1][-1][0] if groups else None
        if last is None or _ends_sentence(last.text) or entry[0].start_s - last.end_s > _PAUSE_S:
            groups.append([])
        groups[-1].append(entry)
    segments = []
    for group in groups:
        moved = tuple(Word(w.text, w.start_s + start_s, w.end_s + start_s, w.probability) for w, _, _ in group)
        said = tuple(tokens[group[0][1] : group[-1][2]])
        is_unspaced = language in UNSPACED  # but what it has of other scripts keeps its spaces
        text = vocabulary.decode(said).strip() if is_unspaced else " ".join(w.text for w in moved)
        segments.append(
            Segment(
                start_s=moved[0].start_s,
                end_s=moved[-1].end_s,
                text=text,
                words=moved,
                tokens=said,
                mean_logprob=mean_logprob,
                compression_ratio=compression,
                no_speech_probability=no_speech_probability,
            )
        )
    return tuple(segments)
