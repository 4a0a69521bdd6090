"""What the teacher's file says of each phone; what does not fit together is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.teacher_prosody import LEVEL, PITCH, fit_frames, phone_prosody, read_prosody


def _file(folder: Path, **values: object) -> str:
    given: dict[str, object] = {"durations": np.array([1, 2, 1]), "f0": np.array([0, 9, 100, 100, 200, 200, 0, 0.0])}
    np.savez(folder / "a.npz", **(given | values))  # type: ignore[arg-type]
    return str(folder / "a.npz")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    read_prosody.cache_clear()


def test_units_are_two_frames_and_low_pitch_is_none(tmp_path: Path) -> None:
    said = read_prosody(_file(tmp_path))
    assert said.durations.tolist() == [2, 4, 2]
    assert said.f0.tolist() == [0, 0, 100, 100, 200, 200, 0, 0]


def test_a_phone_has_the_mean_of_its_frames(tmp_path: Path) -> None:
    rows = phone_prosody(read_prosody(_file(tmp_path, f0=np.array([0, 0, 0, 100, 100, 100, 0, 0.0]))), np.zeros(8))
    assert rows[:, 1].tolist() == [0, 1, 0]
    np.testing.assert_allclose(rows[:, 0], [0, (np.log(100) - PITCH.mean) / PITCH.std, 0], rtol=1e-5)
    np.testing.assert_allclose(rows[:, 2], -LEVEL.mean / LEVEL.std, rtol=1e-5)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"f0": np.zeros(5)}, "durations make 8 frames, f0 has 5"),
        ({"durations": np.array([0, 2, 2])}, "a phone lasts 0 frames"),
        ({"durations": np.array([1.5, 1.0, 1.5])}, "durations are whole units, got \\[1.5, 1.0, 1.5\\]"),
        ({"frames_a_unit": 1}, "durations make 4 frames"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, values: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_prosody(_file(tmp_path, **values))


def test_frames_are_cut_or_the_last_goes_on() -> None:
    assert fit_frames(np.array([1, 2, 3]), 2).tolist() == [1, 2]
    assert fit_frames(np.array([1, 2, 3]), 5).tolist() == [1, 2, 3, 3, 3]
