"""Windows follow each other without gap or overlap, and are cut in silences."""

import numpy as np
import pytest

from allears.audio import open_audio
from allears.runtime.windows import Look, Window, best_cut, cut_windows, loudness

FRAME = 320
SECOND = 50  # frames


def speech(*parts: tuple[float, float]) -> np.ndarray:
    """Probabilities from (seconds, probability) parts."""
    return np.concatenate([np.full(round(s * SECOND), p) for s, p in parts])


def cut_s(*parts: tuple[float, float]) -> float:
    return best_cut(speech(*parts), 0.35, FRAME) / SECOND


def test_the_latest_sure_pause_wins_over_a_longer_one() -> None:
    assert cut_s((5, 1), (2, 0), (1, 1), (0.6, 0), (1.4, 1)) == pytest.approx(8.3)


def test_a_long_pause_is_cut_half_a_second_before_its_end() -> None:
    assert cut_s((5, 1), (3, 0), (2, 1)) == pytest.approx(7.5)


def test_silence_alone_is_passed_nearly_whole() -> None:
    assert cut_s((10, 0)) == pytest.approx(9.5)


def test_else_the_longest_short_pause() -> None:
    assert cut_s((5, 1), (0.4, 0), (2, 1), (0.24, 0), (2.36, 1)) == pytest.approx(5.2)


def test_else_where_speech_is_least_likely() -> None:
    assert cut_s((7, 1), (0.3, 0.5), (2.7, 1)) == pytest.approx(7.15, abs=0.05)


def test_pauses_in_the_first_part_are_not_looked_at() -> None:
    assert cut_s((1, 1), (2, 0), (7, 1)) >= 4.0


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_is_always_inside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for num_frames in (1, 2, 5, 16, 100):
        assert 1 <= best_cut(rng.random(num_frames), 0.35, FRAME) <= num_frames


@pytest.mark.parametrize("num_samples", [1, 319, 32_000, 32_001, 64_000, 123_457, 500_000])
@pytest.mark.parametrize("has_head", [True, False])
def test_windows_add_up_to_the_clip(num_samples: int, has_head: bool) -> None:
    rng = np.random.default_rng(num_samples)
    audio = rng.normal(0, 0.1, num_samples).astype(np.float32)
    lengths = []

    def look(samples: np.ndarray) -> Look:
        lengths.append(len(samples))
        probabilities = rng.random(-(-len(samples) // FRAME)) if has_head else None
        return Look(np.zeros((1, 1, 1, 1)), probabilities, probabilities)

    windows: list[Window] = list(
        cut_windows(open_audio(audio), look, max_samples=100 * FRAME, samples_per_frame=FRAME, low=0.35)
    )
    assert np.array_equal(np.concatenate([w.audio for w in windows]), audio)
    assert [w.start for w in windows] == [0, *np.cumsum([len(w.audio) for w in windows])[:-1]]
    assert max(lengths) <= 100 * FRAME
    for window, seen in zip(windows, lengths, strict=True):
        if len(window.audio) < seen:
            assert window.look.layers is None  # they saw more than the piece
        if has_head:
            assert window.look.logits is not None
            assert len(window.look.logits) == -(-len(window.audio) // FRAME)


def test_loudness_stands_in_for_speech() -> None:
    audio = np.r_[np.full(FRAME, 0.5), np.zeros(FRAME), np.full(FRAME, 0.25), np.ones(7)].astype(np.float32)
    assert loudness(audio, FRAME) == pytest.approx([1.0, 0.0, 0.5])
    assert not loudness(np.zeros(FRAME, np.float32), FRAME).any()
