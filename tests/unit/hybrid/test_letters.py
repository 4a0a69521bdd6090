"""Word and letter times by the CTC head."""

from __future__ import annotations

import itertools
import logging
from importlib.resources import files

import numpy as np
import pytest

from allears.decode import Timeline
from allears.decode.spelled import EARLIER_S
from allears.hybrid.letters import align_letters
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from tests.unit.keywords.conftest import NAMES, TableParts, audio_of, spec


class Table(TableParts):
    """A model whose every frame of 20 ms is a letter, by its level."""

    def head(self, name: str, layers: np.ndarray, audio: np.ndarray | None = None) -> np.ndarray:
        return super().head(name, layers)


def said(text: str, frames: int = 3, pause: int = 2) -> np.ndarray:
    """Letters of three frames with two of silence after each; a space is ten frames of silence."""
    sounds: list[int] = []
    for letter in text:
        sounds += [0] * 10 if letter == " " else [NAMES.index(letter)] * frames + [0] * pause
    return audio_of(*sounds)


def test_words_are_where_their_letters_are() -> None:
    result = align_letters(np.concatenate([audio_of(*[0] * 20), said("cab dada")]), "Cab, dada!", Table(), spec())
    assert [word.text for word in result.words] == ["Cab,", "dada!"]
    assert [word.start_s for word in result.words] == pytest.approx([0.4 - EARLIER_S, 0.4 + 0.3 + 0.2 - EARLIER_S])
    assert result.words[0].end_s == pytest.approx(
        0.4 + 0.26 + 0.06 - EARLIER_S, abs=0.021
    )  # the last letter goes on for 60 ms
    assert min(word.probability for word in result.words) > 0.9
    letters = result.answers["letters"]
    assert isinstance(letters, Timeline)
    assert "".join(span.label for span in letters.spans) == "cabdada"
    assert letters.spans[1].start_s == pytest.approx(letters.spans[0].end_s)


def test_a_line_is_a_segment() -> None:
    result = align_letters(said("ab cd"), "ab\ncd\n", Table(), spec())
    assert [segment.text for segment in result.segments] == ["ab", "cd"]


def test_a_word_without_letters_gets_what_is_left_and_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        result = align_letters(said("ab xyz cd"), "ab 42 cd", Table(), spec())
    first, number, last = result.words
    assert number.probability == 0
    assert first.end_s <= number.start_s < number.end_s <= last.start_s
    assert last.start_s == pytest.approx(0.02 * (10 + 10 + 15 + 10) - EARLIER_S)
    assert "1 of 3 words have something the model has no letter for: '42'" in caplog.text


def test_a_text_that_is_not_said_there_gets_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        align_letters(said("cab dada"), "cab dada", Table(), spec())
        assert not caplog.text
        align_letters(audio_of(*[0] * 80), "cab dada", Table(), spec())
    assert "the text is hardly what is said there" in caplog.text


def test_audio_longer_than_a_window_is_one_text() -> None:
    words = ["cab", "dad", "bed"] * 40
    audio = said(" ".join(words))
    assert len(audio) / 16_000 > 1.5 * spec().max_window_s
    result = align_letters(audio, " ".join(words), Table(), spec())
    assert [word.start_s for word in result.words] == pytest.approx(
        [max(0.0, 0.5 * i - EARLIER_S) for i in range(120)], abs=0.021
    )


@pytest.mark.parametrize(
    ("text", "message"), [("", "the text has no word"), ("-- !", "no word"), ("word " * 99, "do not fit into")]
)
def test_what_cannot_be_aligned_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        align_letters(said("ab"), text, Table(), spec())


def test_a_model_without_letters_is_an_error() -> None:
    with pytest.raises(ValueError, match="no task 'ctc'"):
        align_letters(said("ab"), "ab", Table(), spec(ctc=False))


def test_the_shipped_model_puts_the_pause_between_the_sentences() -> None:
    folder = ModelFolder()
    if not any(task.name == "ctc" for task in folder.spec.tasks):
        pytest.skip("the model that ships has no head ctc")
    text = "Good evening. The train to the mountains leaves at seven. Please remember to bring a warm coat."
    clip = str(files("allears") / "assets" / "demo.flac")
    words = align_letters(clip, text, Parts(folder, 1), folder.spec).words
    assert [word.text for word in words] == text.split()
    assert all(a.end_s <= b.start_s + 1e-6 for a, b in itertools.pairwise(words))
    seven, please = words[9], words[10]
    assert seven.text == "seven."
    assert please.start_s - seven.end_s > 0.5
