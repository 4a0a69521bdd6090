"""Long files and live audio: every keyword once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from allears.keywords import KeywordListener, Keywords, find_in
from allears.keywords.listen import OVERLAP_S, windows
from tests.unit.keywords.conftest import TableParts, audio_of, spec
from tests.unit.keywords.test_spotter import AROUND, BY_EXAMPLE, WORD

PARTS = TableParts()


def long_audio(*starts: int, length: int = 2300) -> np.ndarray:
    """`length` frames with the word at some of them."""
    sounds = np.resize(AROUND, length)
    for start in starts:
        sounds[start : start + len(WORD)] = WORD
    return audio_of(*sounds)


def test_windows_overlap_and_cover_all() -> None:
    audio = np.arange(16_000 * 9, dtype=np.float32) / 2**18
    found = list(windows(audio, 4.0))
    assert found[0][0] == 0
    for (first, one), (second, _) in pairwise(found):
        assert first + len(one) - second == round(OVERLAP_S * 16_000)
    assert found[-1][0] + len(found[-1][1]) == len(audio)
    for start, piece in found:
        np.testing.assert_array_equal(piece, audio[start : start + len(piece)])


def test_words_at_the_edges_of_windows_are_found_once() -> None:
    at = (100, 870, 995, 2000)  # a window has 1000 frames and the next begins at 875
    hits = find_in(long_audio(*at), Keywords([BY_EXAMPLE], spec()), PARTS)
    assert [round(hit.start_s / 0.02) for hit in hits] == pytest.approx(at, abs=2)


@pytest.mark.parametrize("chunk", [700, 6_400, 50_000])
def test_a_live_stream_gives_each_hit_once_whatever_the_chunks(chunk: int) -> None:
    at = (60, 260, 330)
    audio = long_audio(*at, length=600)
    listener = KeywordListener(Keywords([BY_EXAMPLE], spec()), PARTS)
    hits = [hit for first in range(0, len(audio), chunk) for hit in listener.hear(audio[first : first + chunk])]
    assert [round(hit.start_s / 0.02) for hit in hits] == pytest.approx(at, abs=2)


def test_what_is_left_at_the_end_is_heard_and_then_another_stream_begins() -> None:
    audio = long_audio(285, length=300)
    listener = KeywordListener(Keywords([BY_EXAMPLE], spec()), PARTS)
    assert listener.hear(audio[: 299 * 320]) == ()
    assert [hit.keyword for hit in listener.finish()] == ["word"]
    assert listener.finish() == ()


def test_a_state_can_be_used_again() -> None:
    audio = long_audio(60, length=200)
    listener = KeywordListener(Keywords([BY_EXAMPLE], spec()), PARTS)
    _, state = listener.push(audio[: 40 * 320], None)
    one, two = (listener.push(audio[40 * 320 :], state) for _ in range(2))
    assert one[0] == two[0]
    assert len(one[0]) == 1
