"""The loudspeaker, with a sounddevice that plays nothing."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
import pytest

from allears.assistant.player import Loudspeaker, Recorder


class _Stream:
    def __init__(self, *, callback: Any, **_: Any) -> None:
        self.callback, self.is_open = callback, False

    def start(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.SimpleNamespace(OutputStream=_Stream, PortAudioError=OSError)
    monkeypatch.setitem(sys.modules, "sounddevice", module)


def test_it_plays_what_it_was_given_and_then_silence(stream: None) -> None:
    speaker = Loudspeaker(16_000)
    speaker.play(np.ones(3, np.float32), 16_000)
    speaker.play(np.full(3, 0.5, np.float32), 16_000)
    out = np.full((4, 1), 9.0, np.float32)
    speaker._fill(out, 4, None, None)
    assert out[:, 0].tolist() == [1.0, 1.0, 1.0, 0.5]
    assert speaker.is_playing
    speaker.stop()
    assert not speaker.is_playing
    speaker._fill(out, 4, None, None)
    assert not out.any()
    speaker.close()


def test_without_sounddevice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ValueError, match=r"allears\[mic\]"):
        Loudspeaker(16_000)


def test_a_recorder_never_plays() -> None:
    recorder = Recorder()
    recorder.play(np.ones(3, np.float32), 8_000)
    recorder.stop()
    assert not recorder.is_playing
    assert [(len(samples), rate) for samples, rate in recorder.pieces] == [(3, 8_000)]
