"""The tokenizer made of a vocabulary cuts texts as the vocabulary's own reader does."""

from __future__ import annotations

from pathlib import Path

import pytest

tokenizers = pytest.importorskip("tokenizers")

from allears.decode.tokenizer import Tokenizer  # noqa: E402
from allears.runtime.model_folder import DEFAULT_MODEL  # noqa: E402
from allears.transfer.tokenizer_file import write_tokenizer  # noqa: E402
from allears.vocabulary import Vocabulary  # noqa: E402

TEXTS = (" Příliš žluťoučký kůň úpěl ďábelské ódy.", " What's 1,234 in Dutch?  Zo'n ruïne!", " 東京へ行く", " 🐟\n")


def test_the_vocabulary_that_ships(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_tokenizer(DEFAULT_MODEL / "vocabulary.txt", tmp_path / "new" / "tokenizer.json")
    made, own = tokenizers.Tokenizer.from_file(str(path)), Tokenizer(Vocabulary.load(DEFAULT_MODEL / "vocabulary.txt"))
    for text in TEXTS:
        assert made.encode(text, add_special_tokens=False).ids == own.encode(text)
    assert not caplog.records  # two tokens make each
    assert Vocabulary.from_tokenizer_json(path).piece(50256) == own._vocabulary.piece(50256)
    assert [p.name for p in path.parent.iterdir()] == ["tokenizer.json"]
