"""Edges of phones are found where they are, in sounds whose phones are bands of noise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.data.manifest import Clip
from allears.transfer.voice.align import Phrase, align_phrases, edge_errors_ms
from allears.voice_frames import HOP, SAMPLE_RATE

BANDS = {"a": (200, 700), "b": (900, 1_600), "c": (2_000, 3_500), "d": (4_500, 7_500)}  # Hz
EDGE_MS = 25.0


def _clip(folder: Path, name: str, phones: str, lasts: list[int]) -> Clip:
    """Each item for so many frames; spaces and the silence at both ends are 60 dB below."""
    rng = np.random.default_rng(sum(lasts))
    parts = [_noise(rng, BANDS.get(item), count * HOP) for item, count in zip(f" {phones} ", lasts, strict=True)]
    soundfile.write(folder / f"{name}.wav", np.concatenate(parts), SAMPLE_RATE)
    return Clip(name, folder / f"{name}.wav", labels={"phones": phones})


def _noise(rng: np.random.Generator, band: tuple[int, int] | None, count: int) -> np.ndarray:
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    low, high = band or (0, SAMPLE_RATE)
    sound = np.fft.irfft(np.where((hz >= low) & (hz <= high), spectrum, 0), count)
    return np.asarray((3e-4 if band is None else 0.3) * sound / np.abs(sound).max())


def _spoken(folder: Path, count: int = 12) -> tuple[list[Phrase], list[np.ndarray]]:
    rng = np.random.default_rng(3)
    phrases, known = [], []
    for number in range(count):
        words = ["".join(rng.permutation(list(BANDS))[:3]) for _ in range(2)]
        phones = " ".join(words)
        lasts = [
            int(rng.integers(10, 30)),
            *(int(x) for x in rng.integers(6, 18, len(phones))),
            int(rng.integers(10, 30)),
        ]
        phrases.append(Phrase(_clip(folder, str(number), phones, lasts), phones))
        known.append(np.array(lasts))
    return phrases, known


def _errors(phrases: list[Phrase], found: list[np.ndarray | None], known: list[np.ndarray]) -> np.ndarray:
    pairs = zip(phrases, found, known, strict=True)
    return np.concatenate(
        [edge_errors_ms(lasts, true, phrase.phones) for phrase, lasts, true in pairs if lasts is not None]
    )


def _even(phones: str) -> np.ndarray:
    return np.ones(len(phones) + 2)


def test_nothing_known_but_the_phones(tmp_path: Path) -> None:
    phrases, known = _spoken(tmp_path)
    found = align_phrases(phrases, _even)
    for phrase, lasts in zip(phrases, found, strict=True):
        assert lasts is not None and lasts.min() >= 1 and lasts.sum() == len(phrase.sound()) // HOP
    assert np.median(np.abs(_errors(phrases, found, known))) <= EDGE_MS


def test_known_clips_keep_their_durations_and_help(tmp_path: Path) -> None:
    phrases, known = _spoken(tmp_path, 6)
    mixed = [Phrase(p.clip, p.phones, known[n] if n < 4 else None) for n, p in enumerate(phrases)]
    found = align_phrases(mixed, _even)
    assert all(np.array_equal(lasts, true) for lasts, true in zip(found[:4], known[:4], strict=True))
    assert np.median(np.abs(_errors(phrases[4:], found[4:], known[4:]))) <= EDGE_MS


def test_a_clip_that_is_too_short_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    phrases, _ = _spoken(tmp_path, 3)
    short = Phrase(_clip(tmp_path, "short", "a", [2, 2, 2]), "abcdabcdabcd")
    found = align_phrases([*phrases, short], _even)
    assert found[-1] is None and all(lasts is not None for lasts in found[:-1])
    assert "1 of 4 clips are left out" in caplog.text
    with pytest.raises(ValueError, match="no clip can be aligned"):
        align_phrases([short], _even)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda known: known[:-1], r"shape \(8,\), its phones and the silence around are 9 items"),
        (lambda known: known[None], r"shape \(1, 9\)"),
        (lambda known: known + 0.5, "must be whole frames, 0 or more"),
        (lambda known: known - known[1] - 1, "durations from -"),
        (
            lambda known: np.append(known[:-1], known[-1] + 3),
            r"frames, its sound has \d+ \(12.5 ms each; 2 may",
        ),
    ],
)
def test_known_durations_of_another_clip_are_told(
    tmp_path: Path, spoil: Callable[[np.ndarray], np.ndarray], why: str
) -> None:
    phrases, known = _spoken(tmp_path, 2)
    wrong = Phrase(phrases[0].clip, phrases[0].phones, spoil(known[0]))
    with pytest.raises(ValueError, match=f"clip '0' has .*{why}") as error:
        align_phrases([wrong, phrases[1]], _even)
    assert "take the clip out of the manifest" in str(error.value)


def test_a_frame_or_two_may_differ(tmp_path: Path) -> None:
    phrases, known = _spoken(tmp_path, 2)
    longer = known[0] + np.eye(len(known[0]), dtype=int)[-1]
    found = align_phrases([Phrase(phrases[0].clip, phrases[0].phones, longer), phrases[1]], _even)
    assert found[0] is not None and np.array_equal(found[0], longer)
