"""Written text becomes the words that were said."""

import pytest

from allears.texts import plain_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It's 5 o'clock, Ann!", "it's 5 o'clock ann"),
        ("don\u2019t", "don't"),
        ("  \ufb01ne -- \u00bbja\u00ab\n", "fine ja"),
        (
            "\u0939\u093f\u0928\u094d\u0926\u0940",
            "\u0939\u093f\u0928\u094d\u0926\u0940",
        ),  # vowel signs stay
        ("...", ""),
    ],
)
def test_words_stay_and_the_rest_goes(written: str, said: str) -> None:
    assert plain_words(written) == said
