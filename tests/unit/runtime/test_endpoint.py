"""An utterance begins with speech, survives a pause, and ends with silence."""

from __future__ import annotations

import pytest

from allears.runtime.endpoint import Endpoint, EndpointOptions, hear_frame

SHIFT_S = 0.02
OPTIONS = EndpointOptions(min_silence_s=0.7).resolved(0.5, 28.0)


def hear(*parts: tuple[float, float], options: EndpointOptions = OPTIONS) -> list[tuple[str, int, int]]:
    """Parts are (seconds, probability). Gives (what happened, at frame, first or last frame)."""
    state, told = Endpoint(), []
    for seconds, probability in parts:
        for _ in range(round(seconds / SHIFT_S)):
            after = hear_frame(state, probability, options, SHIFT_S)
            if after.is_speaking and not state.is_speaking:
                told.append(("start", after.num_frames, after.start))
            if state.is_speaking and not after.is_speaking:
                told.append(("end", after.num_frames, state.stop))
            state = after
    return told


def test_speech_and_silence() -> None:
    assert hear((1.0, 0.0), (1.0, 0.9), (1.0, 0.0)) == [("start", 56, 50), ("end", 135, 100)]


def test_a_click_is_no_speech() -> None:
    assert hear((1.0, 0.0), (0.1, 1.0), (1.0, 0.0)) == []


@pytest.mark.parametrize("pause_s", [0.2, 0.5, 0.68])
def test_a_pause_does_not_end_it(pause_s: float) -> None:
    assert [what for what, *_ in hear((0.5, 1.0), (pause_s, 0.0), (0.5, 1.0), (1.0, 0.0))] == ["start", "end"]


def test_probability_that_sinks_a_little_is_still_speech_but_does_not_begin_it() -> None:
    assert hear((2.0, 0.4)) == []
    assert hear((0.5, 0.6), (2.0, 0.4)) == [("start", 6, 0)]
    assert hear((0.5, 0.6), (0.3, 0.1), (2.0, 0.4))[-1] == ("end", 60, 25), "after a silence it has to begin anew"


def test_a_long_utterance_ends_at_a_shorter_pause() -> None:
    assert OPTIONS.needed_silence_s(3.0) == pytest.approx(0.7)
    assert OPTIONS.needed_silence_s(18.75) == pytest.approx(0.45)
    assert OPTIONS.needed_silence_s(60.0) == pytest.approx(0.2)
    assert [what for what, *_ in hear((20.0, 1.0), (0.5, 0.0), (1.0, 1.0))] == ["start", "end", "start"]


def test_what_is_left_out_fits_the_model() -> None:
    assert EndpointOptions(0.5, min_silence_s=0.7, patience_s=12.5, max_utterance_s=25.0) == OPTIONS
    assert EndpointOptions(threshold=0.7).resolved(0.5, 10.0).max_utterance_s == 9.0
    assert EndpointOptions(threshold=0.7).resolved(0.5, 10.0).threshold == 0.7


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"threshold": 1.5}, "threshold must be"),
        ({"hint_s": 0.9}, "hint_s must be"),
        ({"hint_s": 0.0}, "hint_s must be"),
        ({"min_speech_s": 0.0}, "must hold"),
        ({"patience_s": 9.0, "max_utterance_s": 8.0}, "must hold"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        EndpointOptions(**options)


def test_longer_than_the_model_can_is_refused() -> None:
    with pytest.raises(ValueError, match="9 s in one pass"):
        EndpointOptions(max_utterance_s=20.0).resolved(0.5, 10.0)
