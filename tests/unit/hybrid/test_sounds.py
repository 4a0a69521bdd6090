"""Letters to sounds."""

from __future__ import annotations

import pytest

from allears.hybrid.sounds import guess


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("ship", "SH IH P"),
        ("make", "M EY K"),
        ("cell", "S EH L"),
        ("night", "N AY T"),
        ("queen", "K W IY N"),
        ("yes", "Y EH S"),
        ("station", "S T AE SH AH N"),
        ("pbx", "P IY B IY EH K S"),
        ("b", "B IY"),
        ("don't", "D AA N T"),
    ],
)
def test_common_spellings(word: str, phones: str) -> None:
    assert " ".join(guess(word)) == phones


@pytest.mark.parametrize("word", ["42", "", "'", "привет", "naïve"])
def test_what_is_not_english_is_not_guessed(word: str) -> None:
    assert guess(word) == ()
