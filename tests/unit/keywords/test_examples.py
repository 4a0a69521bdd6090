"""Examples are found where they are said, at other speeds too."""

from __future__ import annotations

import numpy as np
import pytest

from allears.decode.embedding import unit
from allears.keywords import examples
from allears.keywords.examples import match, match_one
from allears.keywords.hits import peaks

RNG = np.random.default_rng(0)
WORD = unit(RNG.standard_normal((20, 16)).cumsum(axis=0).astype(np.float32))  # one frame is like the next
NOISE = RNG.standard_normal((200, 16)).astype(np.float32)


def plain_cost(template: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """The recursion of the module, cell by cell."""
    d = 1 - template @ frames.T
    g = np.full(d.shape, np.inf)
    g[0] = d[0]
    for i in range(1, len(template)):
        for j in range(len(frames)):
            options = [np.inf]
            if j >= 1:
                options.append(g[i - 1, j - 1] + d[i, j])
                if i >= 2:
                    options.append(g[i - 2, j - 1] + d[i - 1, j] + d[i, j])
            if j >= 2:
                options.append(g[i - 1, j - 2] + (d[i, j - 1] + d[i, j]) / 2)
            g[i, j] = min(options)
    return 1 - g[-1] / len(template)


def test_rows_at_once_equal_cells_one_by_one() -> None:
    frames = unit(NOISE[:60])
    np.testing.assert_allclose(match_one(WORD, frames).score, plain_cost(WORD, frames), atol=1e-5)


def test_templates_of_any_lengths_together_equal_each_alone() -> None:
    frames = unit(NOISE)
    templates = [WORD[:7], WORD, WORD[3:4], WORD[2:15], WORD[:7]]
    together, starts = examples._match_each(templates, frames)
    for template, score, start in zip(templates, together, starts, strict=True):
        alone = match_one(template, frames)
        np.testing.assert_array_equal(score, alone.score)
        np.testing.assert_array_equal(start[score > -np.inf], alone.start[score > -np.inf])


@pytest.mark.parametrize("speed", [0.6, 1.0, 1.7])
def test_the_word_is_found_at_other_speeds(speed: float) -> None:
    said = WORD[np.minimum(19, (np.arange(round(20 / speed)) * speed).astype(int))]
    audio = NOISE.copy()
    audio[90 : 90 + len(said)] = said
    first, last, score = max(peaks(match([WORD], audio), -1.0), key=lambda peak: peak[2])
    assert score > 0.9
    assert abs(first - 90) <= 8, "frames before a smooth word are like its first"
    assert abs(last - (90 + len(said) - 1)) <= 6


def test_examples_are_averaged() -> None:
    other = unit(RNG.standard_normal((20, 16)).astype(np.float32))
    audio = NOISE.copy()
    audio[50:70] = WORD
    alone, both = match([WORD], audio).score.max(), match([WORD, other], audio).score.max()
    assert alone == pytest.approx(1.0, abs=1e-5)
    assert both < 0.8


def test_less_audio_than_the_word_has_no_score() -> None:
    assert np.isinf(match_one(WORD, unit(NOISE[:5])).score).all()


def test_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="width 16, the audio's 8"):
        match([WORD], NOISE[:, :8])
    with pytest.raises(ValueError, match="no example"):
        match([], NOISE)
