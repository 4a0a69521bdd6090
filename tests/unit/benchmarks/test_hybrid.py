"""The bigram that both recognisers of the benchmark are given."""

from __future__ import annotations

import math

import hybrid
import numpy as np

from allears.biasing.ngram import NGram
from allears.hybrid.bigram import Bigram

SENTENCES = [["press", "one"], ["press", "two"], ["press", "one", "now"]]
WORDS = ["press", "one", "two", "now", "never"]


def test_the_arpa_file_says_what_the_counts_say() -> None:
    text = hybrid.arpa_of(SENTENCES, WORDS)
    found = Bigram.parse(text)
    model = NGram.count(([*words, "</s>"] for words in SENTENCES), order=2)
    matrix = found.matrix(WORDS)
    for row, before in enumerate(["<s>", *WORDS]):
        for column, after in enumerate([*WORDS, "</s>"]):
            expected = model.logprob(after, () if before == "<s>" else (before,))
            assert math.isclose(matrix[row, column], expected, abs_tol=1e-3), (before, after)


def test_rows_are_at_most_one_in_all() -> None:
    assert np.exp(Bigram.parse(hybrid.arpa_of(SENTENCES, WORDS)).matrix(WORDS)).sum(axis=1).max() <= 1.001


def test_counts_of_the_header_are_those_of_the_lines() -> None:
    lines = hybrid.arpa_of(SENTENCES, WORDS).splitlines()
    singles, doubles = lines.index("\\1-grams:"), lines.index("\\2-grams:")
    assert lines[1:3] == [f"ngram 1={doubles - singles - 2}", f"ngram 2={len(lines) - doubles - 3}"]
