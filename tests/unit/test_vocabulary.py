"""Token numbers to text."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from allears.vocabulary import LANGUAGES, Vocabulary, base_language, language_index
from tests.unit.tiny import write_tokenizer

WORK = os.environ.get("ALLEARS_WORK") or Path(__file__).resolve().parents[3] / "dev"
REAL = Path(WORK) / "whisper-base" / "tokenizer.json"  # where the recipe of allears-base has it
# OpenAI's `tokenizer.non_speech_tokens` of the multilingual vocabulary, as its release states them, text tokens only
NON_SPEECH = (
    1, 2, 7, 8, 9, 10, 14, 25, 26, 27, 28, 29, 31, 58, 59, 60, 61, 62, 63, 90, 91, 92, 93, 359, 503, 522, 542, 873, 893,
    902, 918, 922, 931, 1350, 1853, 1982, 2460, 2627, 3246, 3253, 3268, 3536, 3846, 3961, 4183, 4667, 6585, 6647, 7273,
    9061, 9383, 10428, 10929, 11938, 12033, 12331, 12562, 13793, 14157, 14635, 15265, 15618, 16553, 16604, 18362, 18956,
    20075, 21675, 22520, 26130, 26161, 26435, 28279, 29464, 31650, 32302, 32470, 36865, 42863, 47425, 49870, 50254,
)  # fmt: skip


def _vocabulary(path: Path, *pieces: str) -> Vocabulary:
    path.write_text(json.dumps({"model": {"vocab": {piece: i for i, piece in enumerate(pieces)}}}), encoding="utf-8")
    return Vocabulary.from_tokenizer_json(path)


def test_pieces_are_the_bytes_behind_the_letters(tmp_path: Path) -> None:
    vocabulary = _vocabulary(tmp_path / "t.json", "Ġhello", "Ġwor", "ld", "Ã¼", "ä¸", "Ń", "Ċ")
    assert len(vocabulary) == 7
    assert vocabulary.piece(0) == b" hello"
    assert vocabulary.decode([0, 1, 2]) == " hello world"
    assert vocabulary.decode([3]) == "ü"
    assert vocabulary.decode([4, 5]) == "中"  # three bytes over two tokens
    assert vocabulary.decode([4]) == "\ufffd"
    assert vocabulary.piece(6) == b"\n"


def test_special_tokens_have_no_text(tmp_path: Path) -> None:
    vocabulary = _vocabulary(tmp_path / "t.json", "a", "b")
    assert vocabulary.piece(Vocabulary.end) == b""
    assert vocabulary.decode([Vocabulary.start, 0, Vocabulary.no_timestamps, 1, Vocabulary.end]) == "ab"


def test_a_saved_vocabulary_loads_the_same(tmp_path: Path) -> None:
    vocabulary = Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path / "t.json", 300))
    vocabulary.save(tmp_path / "vocabulary.txt")
    again = Vocabulary.load(tmp_path / "vocabulary.txt")
    assert len(again) == 300
    assert [again.piece(i) for i in range(300)] == [vocabulary.piece(i) for i in range(300)]
    assert {again.piece(i) for i in range(256)} == {bytes([b]) for b in range(256)}
    assert again.piece(Vocabulary.blank) == b" "


@pytest.mark.parametrize("text", ["hello", "[]", "{}", '{"model": {"vocab": {"日": 0}}}'])
def test_what_is_no_byte_level_tokenizer_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"not a byte-level BPE tokenizer\.json"):
        Vocabulary.from_tokenizer_json(tmp_path / "t.json")


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps({"model": {"vocab": {"a": 0, "b": 2}}}))
    with pytest.raises(ValueError, match="no token number 1"):
        Vocabulary.from_tokenizer_json(tmp_path / "t.json")


def test_language_tokens_follow_whispers_order(tmp_path: Path) -> None:
    vocabulary = _vocabulary(tmp_path / "t.json", "a")
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 99
    assert vocabulary.language_token("en") == 50259  # <|en|>
    assert vocabulary.language_token("de") == 50261  # <|de|>
    assert vocabulary.language_token("su") == 50357  # <|su|>, the last
    assert (Vocabulary.translate, Vocabulary.transcribe) == (50358, 50359)
    assert (Vocabulary.no_speech, Vocabulary.no_timestamps, Vocabulary.first_time) == (50362, 50363, 50364)


def test_tags_are_reduced_to_their_language(tmp_path: Path) -> None:
    assert base_language("fr-CA") == base_language("FR_ca") == "fr"
    assert language_index("pt-BR") == LANGUAGES.index("pt")
    with pytest.raises(ValueError, match=r"unknown language 'tlh'.* fr-CA works too"):
        _vocabulary(tmp_path / "t.json", "a").language_token("tlh")


def test_tokens_that_are_never_speech(tmp_path: Path) -> None:
    first_of_note = "âĻ"  # the first two bytes of ♪
    vocabulary = _vocabulary(tmp_path / "t.json", "Ġ(", "hello", "[", "Ġ-", "-", "'", "Ġ'", first_of_note, "âĻª", "Ġ")
    assert vocabulary.non_speech == (0, 2, 3, 6, 7, 8)


def test_the_real_vocabulary() -> None:
    if not REAL.is_file():
        pytest.skip(f"no tokenizer of Whisper base at {REAL}; $ALLEARS_WORK says where the recipe keeps it")
    vocabulary = Vocabulary.from_tokenizer_json(REAL)
    assert len(vocabulary) == Vocabulary.end
    assert vocabulary.non_speech == NON_SPEECH
    assert vocabulary.piece(Vocabulary.blank) == b" "


def test_a_piece_has_a_number(tmp_path: Path) -> None:
    vocabulary = Vocabulary.from_tokenizer_json(write_tokenizer(tmp_path / "t.json", 300))
    assert [vocabulary.number(vocabulary.piece(number)) for number in range(300)] == list(range(300))
    assert vocabulary.number(b" no such piece") is None
