"""Words to phones: dictionary, endings, letters, spelling, weak forms, pauses; any text gives known phones alone."""

from __future__ import annotations

import importlib.util
import json
import lzma
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.runtime.onnx_file import ModelError
from allears.speaking.lexicon import Lexicon
from allears.speaking.phonemes import Phonemizer
from allears.speaking.voice import Voice
from tests.unit.tiny_voice import LEXICON, SPEC

TAUGHT_BY = Path(__file__).parents[3] / "recipes" / "voice" / "phones.py"


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("Hello, world!", "həlˈO, wˈɜɹld!"),
        ("hello world", "həlˈO wˈɜɹld."),
        ("HELLO WORLD", "həlˈO wˈɜɹld."),
        ("the cat", "ðə kˈæt."),
        ("the apple", "ði ˈæpᵊl."),
        ("The, apple", "ðə, ˈæpᵊl."),
        ("a cat and", "ɐ kˈæt ænd."),
        ("A cat", "ɐ kˈæt."),
        ("cat A", "kˈæt ˈA."),
        ("cats", "kˈæts."),
        ("the dog's cats'", "ðə dˈɔɡz kˈæts."),
        ("walked walking", "wˈɔkt wˈɔkɪŋ."),
        ("stopped loving tries", "stˈɑpt lˈʌvɪŋ tɹˈIz."),
        ("waiting waited", "wˈAɾɪŋ wˈAɾᵻd."),
        ("FBI", "ˈɛf bˈi ˈI."),
        ("NASA", "nˈæsə."),
        ("well-known", "wˈɛl nˈOn."),
        ("dogged-cat", "dˈɔɡd kˈæt."),
        ("the F B I", "ði ˈɛf bˈi ˈI."),
        ("kät", "kæt."),
        ("gub", "ɡʌb."),
        ("1 2 3", "wˈʌn tˈu θɹˈi."),
        ("it, , is", "ɪt, ɪz."),
        ("it (is)", "ɪt, ɪz,"),
        ("it?!", "ɪt?"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_it_is_said_with_these_phones(voice: Voice, text: str, phones: str) -> None:
    assert "".join(sentence.phones for sentence in voice.phonemes(text)) == phones


def test_the_places_are_those_of_the_words(voice: Voice) -> None:
    (sentence,) = voice.phonemes("5 cats, hello?")
    assert [(p.written, sentence.phones[p.first : p.end]) for p in sentence.places] == [
        ("5", "fˈIv"), ("cats", "kˈæts"), ("hello", "həlˈO"),
    ]  # fmt: skip


def test_british_words_end_without_a_tap(voice: Voice) -> None:
    assert voice.phonemes("waiting", dialect="en-GB")[0].phones == "wˈAtɪŋ."


@settings(max_examples=120, deadline=None)
@given(text=st.text(max_size=80), dialect=st.sampled_from(SPEC.dialects))
def test_any_text_gives_phones_of_the_alphabet_or_a_clear_error(voice: Voice, text: str, dialect: str) -> None:
    try:
        sentences = voice.phonemes(text, dialect=dialect)
    except ValueError as error:
        assert "cannot be said" in str(error)
        return
    for sentence in sentences:
        assert set(sentence.phones) <= set(SPEC.alphabet)
        assert all(place.first < place.end <= len(sentence.phones) for place in sentence.places)
        assert bool(sentence.phones) == bool(sentence.places)


def test_plain_sentences_have_the_phones_the_voices_were_taught_with(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("taught_by", TAUGHT_BY)
    assert spec is not None
    assert spec.loader is not None
    taught_by = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(taught_by)
    (tmp_path / "us_gold.json").write_text(json.dumps(LEXICON))
    path = tmp_path / "lexicon-en-US.txt.xz"
    path.write_bytes(lzma.compress("".join(f"{word}\t{said}\n" for word, said in LEXICON.items()).encode()))
    ours = Phonemizer(Lexicon(path, "en-US"), None, SPEC.alphabet, "en-US")  # type: ignore[arg-type]
    teacher = taught_by.Phones(tmp_path, "en-US")
    from allears.speaking.normalise import tokens_of

    for text in (
        "Hello world.",
        "The apple, the cat!",
        "Walking dogs tried it; it stopped.",
        "I waited: is it a dog's cat?",
    ):
        assert ours.read(tokens_of(text, "en-US")).phones == teacher.read(text)


def test_a_file_that_is_no_dictionary_is_said(tmp_path: Path) -> None:
    path = tmp_path / "lexicon-en-US.txt.xz"
    path.write_bytes(b"hello")
    with pytest.raises(ModelError, match="is no dictionary"):
        Lexicon(path, "en-US").phones("hello")
    path.write_bytes(lzma.compress(b"hello without a tab\n"))
    with pytest.raises(ModelError, match="is no dictionary"):
        Lexicon(path, "en-US").phones("hello")


def test_of_two_lines_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "lexicon-en-US.txt.xz"
    path.write_bytes(lzma.compress("read\tɹˈid\nread\tɹˈɛd\n".encode()))
    assert Lexicon(path, "en-US").phones("Read") == "ɹˈid"
