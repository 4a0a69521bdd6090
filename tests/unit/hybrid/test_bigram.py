"""Which word follows which."""

from __future__ import annotations

import logging
import math
from pathlib import Path

import numpy as np
import pytest

from allears.hybrid.bigram import Bigram

ARPA = """\\data\\
ngram 1=4
ngram 2=2

\\1-grams:
-99 <s> -0.5
-0.3 Yes -0.2
-0.6 no
-0.9 </s>

\\2-grams:
-0.1 <s> yes
-0.4 yes </s>

\\end\\
"""


def test_arpa_backs_off_as_katz_says() -> None:
    bigram = Bigram.parse(ARPA)
    found = bigram.matrix(["yes", "no"]) / math.log(10)
    np.testing.assert_allclose(found, [[-0.1, -1.1, -1.4], [-0.5, -0.8, -0.4], [-0.3, -0.6, -0.9]], rtol=1e-5)
    assert bigram.words == ("yes", "no")


def test_a_word_the_file_does_not_list_never_comes() -> None:
    assert Bigram.parse(ARPA).matrix(["maybe"])[0, 0] == -np.inf


def test_counted_words_are_likelier_than_others(tmp_path: Path) -> None:
    path = tmp_path / "said.txt"
    path.write_text("Turn on the light.\nTurn off the light!\n\nTurn on the radio\n", encoding="utf-8")
    bigram = Bigram.read(path)
    words = ["turn", "on", "off", "the", "light"]
    matrix = bigram.matrix(words)
    assert matrix[0].argmax() == words.index("turn")
    assert matrix[1 + words.index("turn")].argmax() == words.index("on")
    assert matrix[1 + words.index("light")].argmax() == len(words)  # the end
    assert np.exp(bigram.matrix([*bigram.words])).sum(axis=1).max() <= 1 + 1e-6


def test_rows_of_the_loop_are_one_in_all() -> None:
    matrix = Bigram.loop(3).matrix(["a", "b", "c"])
    assert matrix[0, -1] == -np.inf  # a clip has a word
    np.testing.assert_allclose(np.exp(matrix[1:]).sum(axis=1), 1, rtol=1e-6)


def test_one_word_and_no_more() -> None:
    matrix = Bigram.one_word(2).matrix(["a", "b"])
    np.testing.assert_array_equal(
        np.isfinite(matrix), [[True, True, False], [False, False, True], [False, False, True]]
    )


def test_orders_above_two_are_said_to_be_left_out(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Bigram.parse(ARPA.replace("\\end\\", "\\3-grams:\n-0.1 <s> yes </s>\n\\end\\"), "some.arpa")
    assert "some.arpa: the 3-grams are not used" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no sentence to count"),
        ("\\data\\\n\\2-grams:\n-0.1 a\n", "a 2-gram needs log10 p and 2 words"),
        ("\\data\\\n", "no 1-grams"),
    ],
)
def test_what_is_no_bigram_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Bigram.parse(text)
