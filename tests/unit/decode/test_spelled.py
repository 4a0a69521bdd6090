"""What a CTC head spelt, on scores that say a text at known places."""

from __future__ import annotations

import numpy as np
import pytest

from allears.decode.base import WindowOutput
from allears.decode.spelled import EARLIER_S, Spelled
from allears.decode.spelling import SPACE
from allears.spec import ModelSpec, Resolution, TaskSpec
from tests.unit.ctc_scores import FRAME_S, LETTERS, say, spelt


def _earlier(start_s: float, end_s: float) -> tuple[float, float]:
    """Where a word is whose spikes are there."""
    return max(0.0, start_s - EARLIER_S), max(0.0, end_s - EARLIER_S)


def test_it_reads_its_own_text() -> None:
    assert spelt("it's on").text == "it's on"
    assert spelt("").text == ""


def test_words_are_where_their_letters_are() -> None:
    times = spelt("ab cd").times(["Ab,", "cd!"])
    assert times[0] == pytest.approx(_earlier(0.2, 21 * FRAME_S + 0.06))
    assert times[1] == pytest.approx(_earlier(0.8, 51 * FRAME_S + 0.06))


def test_a_word_ends_where_the_next_one_begins_or_the_audio_ends() -> None:
    head = spelt("ab c", every=1, num_frames=5)
    assert head.times(["ab", "c"]) == [pytest.approx(_earlier(0.02, 0.08)), pytest.approx(_earlier(0.08, 0.1))]


def test_a_written_word_may_be_several_or_none() -> None:
    times = spelt("ab cd e").times(["ab-cd", "–", "e"])
    assert times[0] == pytest.approx(_earlier(0.2, 51 * FRAME_S + 0.06))
    assert times[1] is None
    assert times[2] == pytest.approx(_earlier(1.4, 71 * FRAME_S + 0.06))


def test_what_cannot_be_spelt_is_a_gap() -> None:
    head = spelt("a two b")
    times = head.times(["a", "2", "b"])
    assert times[0] == pytest.approx(_earlier(0.2, 0.28))
    assert times[1] is None
    assert times[2] == pytest.approx(_earlier(1.4, 71 * FRAME_S + 0.06))
    assert head.times(["дом"]) == [None]
    assert head.part_spelt("A 2 b, дом") == 0.5
    assert head.part_spelt("...") == 1.0


def test_pieces_leave_times_to_letters() -> None:
    names = ("", f"{SPACE}ab", f"{SPACE}cd", "a", "b")
    pieces = Spelled(say([(15, names[1]), (50, names[2])], 100, names), names, 2 * FRAME_S)
    assert pieces.text == "ab cd"
    assert pieces.times(["ab", "cd"]) == [None, None]
    letters = spelt("ab cd")
    both = pieces.with_letters(letters)
    assert both.text == pieces.text
    assert both.log_likelihood("ab cd") == pieces.log_likelihood("ab cd")
    assert both.times(["ab", "cd"]) == letters.times(["ab", "cd"])


def test_a_word_that_was_not_heard_has_no_times() -> None:
    times = spelt("ab cd ef").times(["ab", "xyz", "ef"])
    assert times[1] is None
    assert times[0] is not None and times[2] is not None


def test_words_that_do_not_fit_have_no_times() -> None:
    assert spelt("a", num_frames=12).times(["much", "too", "long", "it", "is"]) == [None] * 5
    assert spelt("a").times([]) == []


def test_the_text_that_was_said_is_likeliest() -> None:
    head = spelt("ab cd")
    texts = ["ab cd", "Ab. CD", "ab", "ab cd cd", "", "ab 2"]
    said, same, short, long, nothing, gap = (head.log_likelihood(text) for text in texts)
    assert said == same > -0.3
    assert max(short, long, nothing) < said - 10
    assert short > nothing
    assert said > gap > short
    assert head.log_likelihood("ab" * 200) == -np.inf


@pytest.mark.parametrize(("height", "is_silent"), [(0.0, True), (9.0, False)])
def test_silence_is_sure(height: float, is_silent: bool) -> None:
    logits = say([(3, SPACE)], 20)
    logits[7, 5] = height
    head = Spelled(logits, LETTERS, FRAME_S)
    assert head.text == ""
    assert head.is_silent == is_silent


def test_no_frames() -> None:
    head = Spelled(np.zeros((0, len(LETTERS)), np.float32), LETTERS, FRAME_S)
    assert head.is_silent and head.text == "" and head.times(["a"]) == [None]


def test_pieces_of_words() -> None:
    names = ("", SPACE + "a", SPACE + "ab", "b", "c", SPACE)
    head = Spelled(say([(2, SPACE + "ab"), (6, "c"), (12, SPACE + "a")], 20, names), names, FRAME_S)
    assert head.text == "abc a"
    assert head.times(["abc", "a"]) == [None, None]
    assert head.log_likelihood("abc a") > -0.1


def test_a_head_that_spells_twice_a_frame() -> None:
    task = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, LETTERS, "ctc.onnx")
    model = ModelSpec("m", "1", 16_000, FRAME_S, 1.0, 28.0, 1, 1, (task,))
    output = say([(3, "a"), (9, "b")], 12).reshape(6, -1)
    head = Spelled.of(WindowOutput(5.0, 0.12, output), task, model)
    assert head.text == "ab"
    assert head.times(["ab"]) == [pytest.approx(_earlier(0.03, 0.12))]
    with pytest.raises(ValueError, match="28 outputs for 29 units"):
        Spelled.of(WindowOutput(0.0, 0.12, output[:, :28]), task, model)
