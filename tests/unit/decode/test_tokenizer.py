"""Text to Whisper's tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

import allears
from allears.decode.tokenizer import Tokenizer
from allears.vocabulary import Vocabulary
from tests.unit.tiny import write_tokenizer

SHIPPED = Path(allears.__file__).parent / "models/allears-base/vocabulary.txt"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    if not SHIPPED.is_file():
        pytest.skip("the model that comes with allears is not in this checkout")
    return Vocabulary.load(SHIPPED)


@pytest.fixture(scope="module")
def tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    return Tokenizer(vocabulary)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (" Hello world", [2425, 1002]),
        (" the", [264]),
        (" it's 25 o'clock.", [309, 311, 3552, 277, 6, 9023, 13]),
        (
            " That agent is already logged on. Please enter your agent number followed by the pound key.",
            [663, 9461, 307, 1217, 27231, 322, 13, 2555, 3242, 428, 9461, 1230, 6263, 538, 264, 12013, 2141, 13],
        ),
        ("", []),
    ],
)
def test_as_whisper_writes(tokenizer: Tokenizer, text: str, tokens: list[int]) -> None:
    assert tokenizer.encode(text) == tokens


@pytest.mark.parametrize("text", [" Grüße, Łódź!", "¿Qué? 1½ €", " 東京  へ\n", " snake_case--x ", "\U0001f600"])
def test_nothing_is_lost(tokenizer: Tokenizer, vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.decode(tokenizer.encode(text)) == text


def test_a_few_tokens_of_many(tokenizer: Tokenizer) -> None:
    assert next(tokenizer.stream(" Hello" * 1_000_000)) == 2425


def test_a_vocabulary_without_all_bytes_is_told(tmp_path: Path) -> None:
    small = Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path / "t.json", 60))
    with pytest.raises(ValueError, match=r"no token for b'z', it has 60: use the vocabulary"):
        Tokenizer(small).encode("z")
