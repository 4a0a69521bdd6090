"""When each word was said, on alignments made by hand.

Letters: A alignment heads, N tokens, T frames.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allears.decode.answers import Segment
from allears.decode.words import align_tokens, build_segments
from allears.vocabulary import Vocabulary

SHIFT_S = 0.02


def _alignment(lengths: Sequence[int], num_heads: int = 2, noise: float = 0.0) -> np.ndarray:
    """(A, N, T): row i attends to its own stretch of `lengths[i]` frames."""
    out = np.zeros((num_heads, len(lengths), sum(lengths)), np.float32)
    start = 0
    for row, length in enumerate(lengths):
        out[:, row, start : start + length] = 1.0 / length
        start += length
    return out + noise * np.random.default_rng(0).random(out.shape, dtype=np.float32)


@pytest.mark.parametrize("lengths", [[10, 20, 30], [8, 8, 8, 8], [40, 5, 40, 9]])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_boundaries_are_found_to_the_frame(lengths: list[int], noise: float) -> None:
    firsts = align_tokens(_alignment(lengths, noise=noise))
    assert firsts.tolist() == [0, *np.cumsum(lengths)[:-1].tolist()]


@pytest.mark.parametrize(("rows", "frames"), [(5, 3), (40, 7), (3, 1)])
def test_more_tokens_than_frames_are_spread(rows: int, frames: int) -> None:
    firsts = align_tokens(np.ones((1, rows, frames), np.float32))
    assert len(firsts) == rows
    assert firsts[0] == 0 and firsts[-1] < frames
    assert (np.diff(firsts) >= 0).all()


@pytest.mark.parametrize(("rows", "frames"), [(1, 1), (1, 50), (7, 7), (30, 31), (12, 200)])
def test_any_alignment_gives_every_token_a_frame(rows: int, frames: int) -> None:
    firsts = align_tokens(np.random.default_rng(1).random((3, rows, frames), dtype=np.float32))
    assert firsts[0] == 0 and firsts[-1] < frames
    assert (np.diff(firsts) >= 1).all()


PIECES = ("Ġthe", "Ġboy", ".", "ĠMr", "ĠHale", "Ġcame", "Ġto", "Ġbed", "room", "?", "Ġ", "ä¸", "Ń", "æĸĩ", "ãĢĤ", "Ġok")
NUMBER = {name: i for i, name in enumerate(PIECES)}


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    (tmp_path / "t.json").write_text(json.dumps({"model": {"vocab": NUMBER}}), encoding="utf-8")
    return Vocabulary.from_tokenizer_json(tmp_path / "t.json")


def _segments(
    vocabulary: Vocabulary, pieces: Sequence[str], lengths: Sequence[int] | None = None, **changes: Any
) -> tuple[Segment, ...]:
    """Segments of tokens that last `lengths` frames each (10 if nothing is said); the last length is the end's."""
    tokens = [NUMBER[p] for p in pieces]
    lengths = lengths or [10] * (len(tokens) + 1)
    given = {
        "vocabulary": vocabulary,
        "language": "en",
        "frame_shift_s": SHIFT_S,
        "start_s": 0.0,
        "duration_s": sum(lengths) * SHIFT_S,
        "mean_logprob": -0.1,
        "compression": 1.0,
        "no_speech_probability": 0.0,
    }
    probabilities = [0.5 + 0.01 * i for i in range(len(tokens) + 1)]
    return build_segments(tokens, probabilities, _alignment(lengths), **(given | changes))


def test_tokens_of_a_word_are_put_together(vocabulary: Vocabulary) -> None:
    (segment,) = _segments(vocabulary, ["Ġthe", "Ġbed", "room", "?"], [10, 20, 30, 5, 10])
    assert segment.text == "the bedroom?"
    assert [w.text for w in segment.words] == ["the", "bedroom?"]
    assert [(w.start_s, w.end_s) for w in segment.words] == [pytest.approx((0.0, 0.2)), pytest.approx((0.2, 1.3))]
    assert segment.words[1].probability == pytest.approx(np.mean([0.51, 0.52, 0.53]))
    assert segment.tokens == tuple(NUMBER[p] for p in ("Ġthe", "Ġbed", "room", "?"))
    assert (segment.start_s, segment.end_s) == (segment.words[0].start_s, segment.words[-1].end_s)


def test_a_sentence_ends_a_segment_and_an_abbreviation_does_not(vocabulary: Vocabulary) -> None:
    said = ["Ġthe", "Ġboy", ".", "ĠMr", ".", "ĠHale", "Ġcame", "Ġto", "Ġbed", "?", "Ġok"]
    segments = _segments(vocabulary, said)
    assert [s.text for s in segments] == ["the boy.", "Mr. Hale came to bed?", "ok"]
    assert [t for s in segments for t in s.tokens] == [NUMBER[p] for p in said]


def test_a_long_pause_ends_a_segment(vocabulary: Vocabulary) -> None:
    said = [NUMBER["Ġthe"], NUMBER["Ġ"], NUMBER["Ġboy"]]  # the blank between lasts over a second and is no word
    alignment = _alignment([10, 60, 10, 10])
    segments = build_segments(
        said, [0.9] * 4, alignment, vocabulary=vocabulary, language="en", frame_shift_s=SHIFT_S, start_s=0.0,
        duration_s=1.8, mean_logprob=0.0, compression=1.0, no_speech_probability=0.0,
    )  # fmt: skip
    assert [s.text for s in segments] == ["the", "boy"]
    assert segments[1].start_s == pytest.approx(70 * SHIFT_S)


def test_without_spaces_a_character_is_a_word(vocabulary: Vocabulary) -> None:
    segments = _segments(vocabulary, ["ä¸", "Ń", "æĸĩ", "ãĢĤ", "æĸĩ"], [10, 10, 20, 5, 15, 5], language="zh")
    assert [s.text for s in segments] == ["中文。", "文"]
    assert [w.text for w in segments[0].words] == ["中", "文", "。"]
    assert [w.start_s for w in segments[0].words] == pytest.approx([0.0, 0.4, 0.8])


def test_other_scripts_keep_their_spaces_among_characters(vocabulary: Vocabulary) -> None:
    (segment,) = _segments(vocabulary, ["æĸĩ", "Ġok", "Ġboy", "æĸĩ"], language="ja")
    assert segment.text == "文 ok boy文"
    assert [w.text for w in segment.words] == ["文", "ok", "boy", "文"]


def test_bytes_of_a_character_over_two_tokens_stay_together_among_spaced_words(vocabulary: Vocabulary) -> None:
    (segment,) = _segments(vocabulary, ["Ġthe", "ä¸", "Ń", "Ġboy"])
    assert [w.text for w in segment.words] == ["the中", "boy"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_broken_character_does_not_swallow_the_words_after_it(vocabulary: Vocabulary, language: str) -> None:
    (segment,) = _segments(vocabulary, ["Ġthe", "Ń", "Ġboy", "Ġok", "ä¸"], language=language)
    assert [w.text.strip("\ufffd") for w in segment.words if w.text != "\ufffd"] == ["the", "boy", "ok"]
    assert "\ufffd" in segment.text


def test_times_lie_in_the_window_and_rise(vocabulary: Vocabulary) -> None:
    rng = np.random.default_rng(2)
    names = [p for p in PIECES if p != "Ġ"]
    for _ in range(50):
        count = int(rng.integers(1, 30))
        tokens = [NUMBER[names[i]] for i in rng.integers(0, len(names), count)]
        frames = int(rng.integers(1, 60))
        segments = build_segments(
            tokens, rng.random(count + 1).tolist(), rng.random((2, count + 1, frames), dtype=np.float32),
            vocabulary=vocabulary, language=["en", "zh"][count % 2], frame_shift_s=SHIFT_S, start_s=100.0,
            duration_s=frames * SHIFT_S * 0.7, mean_logprob=-1.0, compression=1.0, no_speech_probability=0.5,
        )  # fmt: skip
        times = [t for s in segments for w in s.words for t in (w.start_s, w.end_s)]
        assert times == sorted(times)
        assert times[0] >= 100.0 and times[-1] <= 100.0 + frames * SHIFT_S * 0.7 + 1e-9
        assert all(0.0 <= w.probability <= 1.0 for s in segments for w in s.words)
        assert b"".join(vocabulary.piece(t) for s in segments for t in s.tokens) == b"".join(
            vocabulary.piece(t) for t in tokens
        )


def test_nothing_but_blanks_is_no_segment(vocabulary: Vocabulary) -> None:
    assert _segments(vocabulary, ["Ġ", "Ġ"]) == ()


def test_who_knows_better_when_words_were_said_is_believed(vocabulary: Vocabulary) -> None:
    said = ["Ġthe", "Ġboy", "Ġcame", "Ġto", "Ġbed"]
    better = {"the": (0.1, 0.15), "came": (0.55, 0.58), "bed": (0.9, 1.9)}
    (segment,) = _segments(vocabulary, said, times=lambda words: [better.get(word) for word in words], start_s=100.0)
    times = [(w.text, round(w.start_s - 100, 3), round(w.end_s - 100, 3)) for w in segment.words]
    assert times == [("the", 0.1, 0.15), ("boy", 0.2, 0.4), ("came", 0.55, 0.58), ("to", 0.6, 0.8), ("bed", 0.9, 1.2)]


def test_a_word_without_better_times_stays_between_its_neighbours(vocabulary: Vocabulary) -> None:
    better = {"the": (0.0, 0.25), "came": (0.3, 0.5)}  # the attention has "boy" from 0.2 to 0.4
    (segment,) = _segments(
        vocabulary, ["Ġthe", "Ġboy", "Ġcame"], times=lambda words: [better.get(word) for word in words]
    )
    assert [(w.start_s, w.end_s) for w in segment.words] == [(0.0, 0.25), (0.25, 0.3), (0.3, 0.5)]
    nobody = _segments(vocabulary, ["Ġthe", "Ġboy", "Ġcame"], times=lambda words: [None] * len(words))
    assert nobody == _segments(vocabulary, ["Ġthe", "Ġboy", "Ġcame"])
