"""A voice folder: found, read, and refused where it is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.runtime.onnx_file import ModelError
from allears.speaking.acoustic import Acoustic
from allears.speaking.folder import VoiceFolder, find_voice
from allears.speaking.vocoder import Vocoder
from tests.unit.tiny_voice import SPEC


class _Net:
    """Gives what it was told to."""

    def __init__(self, *outputs: np.ndarray) -> None:
        self._outputs = outputs

    def run(self, names: list[str], inputs: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
        del names, inputs
        return self._outputs


def test_the_spec_is_read_without_loading(folder: Path) -> None:
    assert VoiceFolder(folder).spec == SPEC


def test_which_folder_is_meant(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLEARS_VOICE_MODEL", raising=False)
    monkeypatch.setattr("allears.speaking.folder.DEFAULT_VOICE", tmp_path)
    assert find_voice() is None
    monkeypatch.setattr("allears.speaking.folder.DEFAULT_VOICE", folder)
    assert find_voice() == folder
    monkeypatch.setenv("ALLEARS_VOICE_MODEL", "named")
    assert find_voice() == Path("named")
    assert find_voice("given") == Path("given")


def test_another_model_is_no_voice(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "acoustic.onnx").write_bytes((folder / "vocoder.onnx").read_bytes())
    with pytest.raises(ModelError, match="not a speaking model"):
        VoiceFolder(tmp_path)
    (tmp_path / "acoustic.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="not an ONNX file"):
        VoiceFolder(tmp_path)


def test_a_missing_dictionary_is_said(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"lexicon-es-MX\.txt\.xz is missing"):
        VoiceFolder(folder).lexicon("es-MX")


def test_networks_that_do_not_fit_are_said() -> None:
    mel, f0, durations = np.zeros((1, 6, 80), np.float32), np.zeros((1, 6), np.float32), np.array([[2, 2, 1]])
    with pytest.raises(ModelError, match="6 mel frames, 6 of F0 and durations of 5"):
        Acoustic(_Net(mel, f0, durations), Path("a")).frames([0, 1, 0], voice=0, dialect=0, speed=1, pitch=0)  # type: ignore[arg-type]
    for spectrum in (np.zeros((1, 6, 2, 5)), np.full((1, 6, 2, 601), np.nan)):
        with pytest.raises(ModelError, match="spectrum of shape"):
            Vocoder(_Net(spectrum), Path("v"), SPEC).samples(mel[0], f0[0])  # type: ignore[arg-type]


def test_a_vocoder_that_passes_its_source_on_gives_it_back() -> None:
    class Through:
        def run(self, names: list[str], inputs: dict[str, np.ndarray]) -> tuple[np.ndarray]:
            del names
            return (0.05 * inputs["harmonic"],)

    from allears.speaking.source import harmonic_source

    f0 = np.full(20, 180.0, np.float32)
    sound = Vocoder(Through(), Path("v"), SPEC).samples(np.zeros((20, 80), np.float32), f0)  # type: ignore[arg-type]
    np.testing.assert_allclose(sound, 0.05 * harmonic_source(f0, 300, 24_000), atol=1e-4)
    assert len(Vocoder(Through(), Path("v"), SPEC).samples(np.zeros((0, 80), np.float32), f0[:0])) == 0  # type: ignore[arg-type]
