"""Guesses of what comes next, from a text that another head heard."""

from __future__ import annotations

import pytest

from allears.decode.draft import Draft, as_sentence
from allears.decode.tokenizer import Tokenizer
from allears.vocabulary import Vocabulary
from tests.unit.tiny import write_tokenizer


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path_factory.mktemp("v") / "t.json", 400))


@pytest.fixture(scope="module")
def tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    return Tokenizer(vocabulary)


def _guess(tokenizer: Tokenizer, vocabulary: Vocabulary, text: str, written: str, language: str = "en") -> str:
    return vocabulary.decode(Draft(text, language, tokenizer, vocabulary).rest(tokenizer.encode(written)))


@pytest.mark.parametrize(
    ("written", "guess"),
    [
        ("", " The house i see."),
        (" The", " house i see."),
        (" the,", " house i see."),
        (" The ho", "use i see."),
        (" The horse,", " i see."),
        (" The old house", " i see."),
        (" That house.", " I see."),
        (" A house?", " I see."),
        (" The house i see", "."),
        (" The house i see.", ""),
        (" Something else altogether was written here", ""),
    ],
)
def test_the_place_is_found_again(tokenizer: Tokenizer, vocabulary: Vocabulary, written: str, guess: str) -> None:
    assert _guess(tokenizer, vocabulary, "the house i see", written, language="fr") == guess


def test_english_has_a_capital_i(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    assert _guess(tokenizer, vocabulary, "i think i'm in", "") == " I think I'm in."


def test_a_draft_without_a_text_has_no_guess(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    assert _guess(tokenizer, vocabulary, "", "") == ""
    assert _guess(tokenizer, vocabulary, " ,. ", "") == ""


def test_guesses_are_as_long_as_they_are_right(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    draft = Draft("ab " * 100, "en", tokenizer, vocabulary)
    usual = len(draft.ahead([]))
    draft.learn(usual, usual)
    longer = len(draft.ahead([]))
    draft.learn(longer, 0)
    shorter = len(draft.ahead([]))
    draft.learn(0, 0)
    assert 0 < shorter < usual < longer
    assert len(draft.ahead([])) == shorter, "nothing was learned from no guess"


def test_it_follows_a_text_that_begins_again(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    draft = Draft("one two three", "en", tokenizer, vocabulary)
    for written, guess in [(" One two", " three."), (" One", " two three."), (" Once two", " three.")]:
        assert vocabulary.decode(draft.rest(tokenizer.encode(written))) == guess


@pytest.mark.parametrize(
    ("text", "language", "sentence"),
    [("the house", "en", " The house."), ("am i", "en", " Am I."), ("i", "fr", " I."), ("", "en", " ")],
)
def test_plain_words_as_a_sentence(text: str, language: str, sentence: str) -> None:
    assert as_sentence(text, language) == sentence
