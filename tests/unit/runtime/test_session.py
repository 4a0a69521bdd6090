"""A session hears clips of any length with the tiny model of `conftest.py`."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.runtime.result import Result
from allears.runtime.session import Session
from allears.runtime.voices import Voices

RATE = 16_000
Sounds = Callable[..., np.ndarray]


@pytest.fixture
def session(fake_model: Path, fake_decoder: type, tmp_path: Path) -> Session:
    return Session(fake_model, num_threads=1, voices=tmp_path / "voices")


def starts(result: Result) -> list[float]:
    return [float(word.start_s) for word in result.words]


def test_a_short_clip_answers_everything(session: Session, sounds: Sounds) -> None:
    result = session.hear(sounds(1.0, "low", 1.0, "high", 0.3))
    assert result.text == "low high"
    assert starts(result) == pytest.approx([1.0, 2.5], abs=0.021)
    assert result.duration_s == pytest.approx(3.3)
    assert result.speech is not None
    assert [s.start_s for s in result.speech] == pytest.approx([0.97, 2.47], abs=0.021)
    assert result.language is not None
    assert result.language.label == max(result.language.probabilities, key=result.language.probabilities.__getitem__)
    assert {"de", "en"} <= set(result.language.probabilities)
    assert result.speaker is not None
    assert np.linalg.norm(result.speaker.vector) == pytest.approx(1.0)
    assert (result.source, result.model) == ("array", "fake")
    assert {"encoder", "transcribe", "speech", "total"} <= set(result.compute_s)
    assert result.real_time_factor > 0


def test_a_file_and_an_array_are_the_same(session: Session, sounds: Sounds, tmp_path: Path) -> None:
    path = tmp_path / "zwei Töne.wav"
    soundfile.write(path, sounds(0.2, "low", 0.5), RATE)
    result = session.hear(path)
    assert result.source == str(path)
    assert result.text == session.hear(sounds(0.2, "low", 0.5)).text == "low"


@pytest.mark.parametrize("pause_s", [0.4, 0.05, 2.0, 7.3])
def test_long_audio_loses_and_repeats_nothing(session: Session, sounds: Sounds, pause_s: float) -> None:
    names = ["low" if i % 3 else "high" for i in range(60)]
    parts = [part for name in names for part in (pause_s, name)]
    result = session.hear(sounds(*parts))
    assert result.text.split() == names
    expected = pause_s + (pause_s + 0.5) * np.arange(60)
    assert starts(result) == pytest.approx(list(expected), abs=0.021)
    assert result.duration_s == pytest.approx(60 * (pause_s + 0.5))
    spans = result.answers["speech"]
    assert len(spans.probabilities) == np.ceil(result.duration_s * 50 - 1e-6)


def test_a_sound_without_pause_is_cut_but_all_heard(session: Session, sounds: Sounds) -> None:
    result = session.hear(sounds(*["low"] * 100))
    assert result.duration_s == pytest.approx(50.0)
    heard_s = sum(w.end_s - w.start_s for w in result.words)
    assert heard_s == pytest.approx(50.0, abs=0.1)


@pytest.mark.parametrize("level", [0.0, 1e-6, 0.005])
@pytest.mark.parametrize("seconds", [0.01, 3.0, 65.0])
def test_silence_and_noise_give_no_text_and_do_not_ask_the_decoder(
    session: Session, level: float, seconds: float
) -> None:
    noise = np.random.default_rng(0).normal(0, level, round(seconds * RATE)).astype(np.float32)
    result = session.hear(noise, language="en")
    assert result.text == ""
    assert result.speech == ()
    assert session._parts.transcriber("transcribe").num_listened == 0  # type: ignore[attr-defined]
    assert result.duration_s == pytest.approx(seconds)
    assert result.language is not None  # the likeliest, for what it is worth


def test_only_what_is_asked_is_loaded_and_answered(fake_model: Path, fake_decoder: type, sounds: Sounds) -> None:
    session = Session(fake_model, tasks=["speech"])
    assert session.loaded_files == ()
    assert set(session.hear(sounds("low")).answers) == {"speech"}
    assert [path.name for path in session.loaded_files] == ["encoder.onnx", "speech.onnx"]
    assert set(session.hear(sounds("low"), tasks=["speaker"]).answers) == {"speaker"}
    assert session.hear(sounds("low"), tasks=["transcribe"], language="de").text == "low"
    names = {path.name for path in session.loaded_files}
    assert {"decoder.onnx", "cross.onnx", "vocabulary.txt"} <= names
    assert "language.onnx" not in names


def test_load_warms_up(fake_model: Path, fake_decoder: type) -> None:
    session = Session(fake_model)
    session.load()
    assert len(session.loaded_files) == 7


def test_the_speech_guard_is_not_reported(session: Session, sounds: Sounds) -> None:
    result = session.hear(sounds("low"), tasks=["transcribe"])
    assert set(result.answers) == {"transcribe"}
    assert result.speech is None
    assert result.text == "low"


def test_language_given_found_and_restricted(session: Session, sounds: Sounds, fake_model: Path) -> None:
    clip = sounds("high", 0.2, "high")
    given = session.hear(clip, language="hu-HU")
    assert given.transcript is not None
    assert given.transcript.language == "hu"
    found = session.hear(clip)
    assert found.language is not None
    assert found.language.label == "en"
    assert found.transcript is not None
    assert found.transcript.language == "en"
    restricted = Session(fake_model, languages=["la", "de"]).hear(clip)
    assert restricted.language is not None
    assert set(restricted.language.probabilities) == {"la", "de"}


def test_unknown_languages_tasks_and_threads(session: Session, sounds: Sounds, fake_model: Path) -> None:
    with pytest.raises(ValueError, match=r"\['xx'\] cannot be chosen among"):
        session.hear(sounds("low"), language="xx")
    with pytest.raises(ValueError, match="no task 'smell'"):
        session.hear(sounds("low"), tasks=["smell"])
    with pytest.raises(ValueError, match="no task 'smell'"):
        Session(fake_model, tasks=["smell"])
    with pytest.raises(ValueError, match="num_threads must be 1 or more, got 0"):
        Session(fake_model, num_threads=0)


def test_the_nearest_voice_is_named_only_when_somebody_speaks(session: Session, sounds: Sounds) -> None:
    voices = Voices.load(session.spec, session._voices)  # type: ignore[arg-type]
    for name in ("low", "high"):
        speaker = session.hear(sounds(name)).speaker
        assert speaker is not None
        voices.enroll(name, [speaker])
    near = session.hear(sounds("high", "high")).nearest
    assert near is not None
    assert (near.name, near.is_match) == ("high", True)
    assert session.hear(sounds("low"), tasks=["speech"]).nearest is None
    assert session.hear(sounds(2.0)).nearest is None


def test_progress_rises_to_the_end(session: Session, sounds: Sounds) -> None:
    seen: list[tuple[float, float | None]] = []
    session.hear(sounds(*[0.5, "low"] * 30), on_progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 2
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (30.0, 30.0)


def test_threads_share_a_session(session: Session, sounds: Sounds) -> None:
    clips = [sounds(*[0.3, "low"] * n) for n in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        texts = [result.text for result in pool.map(session.hear, clips)]
    assert texts == [" ".join(["low"] * n) for n in range(1, 9)]


def test_memory_does_not_grow_with_length(session: Session, tmp_path: Path) -> None:
    peaks = []
    for minutes in (1, 10):
        path = tmp_path / f"{minutes}.flac"
        soundfile.write(path, np.tile(np.random.default_rng(0).normal(0, 1e-3, RATE), 60 * minutes), RATE)
        tracemalloc.start()
        session.hear(path, tasks=["transcribe"])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2e6


def test_the_environment_names_a_model(monkeypatch: pytest.MonkeyPatch, fake_model: Path) -> None:
    monkeypatch.setenv("ALLEARS_MODEL", str(fake_model))
    assert Session().spec.name == "fake"
    assert Session().folder == fake_model


def test_hearing_never_imports_torch(fake_model: Path) -> None:
    program = f"""
import sys
import numpy as np
import allears
assert "numpy" in sys.modules and "onnxruntime" not in sys.modules
session = allears.Session({str(fake_model)!r}, tasks=["speech", "speaker"])
session.hear(np.zeros(16000, np.float32))
import allears.decode.transcript
heavy = {{"torch", "scipy", "sklearn", "transformers", "onnx", "lhotse", "pydantic", "rich"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
