"""The model that comes with allears, on the clip that comes with it and on what nobody said.

Skipped in a checkout without the weights: `allears doctor` says how to get them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import allears
from allears import Session
from allears.audio import SAMPLE_RATE, read_audio

FOLDER = Path(allears.__file__).parent / "models" / "allears-base"
CLIP = Path(allears.__file__).parent / "assets" / "demo.flac"
SAID = "good evening the train to the mountains leaves at 7 please remember to bring a warm coat"

pytestmark = pytest.mark.skipif(not (FOLDER / "SHA256SUMS").exists(), reason="this checkout has no weights")


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(FOLDER, num_threads=2)


def _plain(text: str) -> list[str]:
    return "".join(c for c in text.lower() if c.isalnum() or c == " ").replace("seven", "7").split()


def _num_errors(said: list[str], heard: list[str]) -> int:
    """Words to change, add or drop (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, start=1):
        last, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (word != other))
    return row[-1]


def test_every_answer_of_the_demo_clip(session: Session) -> None:
    result = session.hear(CLIP)
    assert _num_errors(SAID.split(), _plain(result.text)) <= 1
    assert result.language is not None and result.language.label == "en"
    assert result.language.probability > 0.5
    assert result.speech is not None and len(result.speech) >= 1
    assert result.speaker is not None and np.linalg.norm(result.speaker.vector) == pytest.approx(1.0, abs=1e-4)
    starts = [word.start_s for word in result.words]
    assert starts == sorted(starts)
    assert all(0 <= w.start_s < w.end_s <= result.duration_s + 1e-6 and 0 < w.probability <= 1 for w in result.words)


def test_the_pause_in_the_demo_clip_is_no_speech(session: Session) -> None:
    result = session.hear(CLIP, tasks=["speech"])
    assert result.speech is not None
    assert 4.5 < sum(span.end_s - span.start_s for span in result.speech) < 7.2


@pytest.mark.parametrize(
    ("rate", "channels", "most"),
    [(8_000, 2, 5), (44_100, 1, 1), (48_000, 8, 1)],  # a synthetic voice over a telephone line is hard to understand
)
def test_rate_and_channels_change_few_words(session: Session, rate: int, channels: int, most: int) -> None:
    import soxr

    audio = soxr.resample(read_audio(CLIP), SAMPLE_RATE, rate)
    heard = session.hear(np.repeat(audio[:, None], channels, axis=1), sample_rate=rate, tasks=["transcribe"])
    assert _num_errors(SAID.split(), _plain(heard.text)) <= most


@pytest.mark.parametrize("level", [0.0, 0.001, 0.1])
def test_silence_and_noise_say_nothing(session: Session, level: float) -> None:
    noise = np.random.default_rng(0).normal(0, 1, 6 * SAMPLE_RATE).astype(np.float32) * level
    result = session.hear(noise)
    assert result.text == ""
    assert result.speech == ()


def test_a_clip_said_six_times_is_heard_six_times(session: Session) -> None:
    pause = np.zeros(SAMPLE_RATE, np.float32)
    audio = np.concatenate([part for _ in range(6) for part in (read_audio(CLIP), pause)])
    assert len(audio) > 45 * SAMPLE_RATE  # more than one window
    result = session.hear(audio, tasks=["transcribe"], language="en")
    assert _num_errors(SAID.split() * 6, _plain(result.text)) <= 6


def test_the_same_clip_gives_the_same_answer(session: Session) -> None:
    first, second = session.hear(CLIP), session.hear(CLIP)
    assert first.words == second.words
    assert np.array_equal(first.answers["speaker"].vector, second.answers["speaker"].vector)


def test_the_model_fits_and_is_whole() -> None:
    from allears.runtime.model_folder import ModelFolder

    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    assert max(sizes) < 95e6 and sum(sizes) < 120e6
    assert {task.name for task in ModelFolder(FOLDER).spec.tasks} >= {"transcribe", "speech", "language", "speaker"}


def test_hearing_loads_no_torch() -> None:
    code = (
        "import sys; from allears import Session; "
        f"print(Session().hear({str(CLIP)!r}).text); assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "train" in done.stdout


def test_what_is_costly_is_answered_on_request_only() -> None:
    from allears.runtime.model_folder import ModelFolder

    asked = {"clean", "ctc", "letters", "keyword-embedding", "translate"}
    assert asked.isdisjoint(ModelFolder(FOLDER).spec.default_tasks)
    assert "transcribe" in ModelFolder("small").spec.default_tasks
