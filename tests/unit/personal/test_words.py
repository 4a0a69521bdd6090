"""Words are kept one a file, so that nobody's is lost."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from allears.personal import UserWord, WordStore


def test_words_of_any_letters_come_back(home: Path) -> None:
    words = [UserWord("Nguyễn Ái Quốc", ("win eye kwok",)), UserWord("Szabó Ágnes", weight=2.0), UserWord("東京")]
    for word in words:
        path = WordStore().add(word)
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent == home / "words"
    assert set(WordStore().load()) == set(words)


def test_a_word_is_replaced_in_any_case_and_a_voice_has_its_own() -> None:
    store = WordStore()
    store.add(UserWord("Bencze"))
    store.add(UserWord("BENCZE", weight=2.0))
    store.add(UserWord("Bencze", voice="id1"))
    assert [(word.phrase, word.voice) for word in store.load()] == [("BENCZE", ""), ("Bencze", "id1")]
    store.remove("bencze")
    assert [word.voice for word in store.load()] == ["id1"]
    assert store.forget_voice("") == 0
    assert store.forget_voice("id1") == 1
    assert store.load() == ()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ({"phrase": "  "}, "a hotword needs letters"),
        ({"phrase": "Ann", "weight": 0.0}, "the weight of 'Ann' must be above 0"),
        ({"phrase": "Ann", "weight": float("nan")}, "the weight of 'Ann'"),
        ({"phrase": "Ann", "sounds_like": ("!",)}, "what 'Ann' sounds like needs letters"),
        ({"phrase": "Ann", "sounds_like": ("And",)}, "what 'Ann' sounds like cannot be 'And', which is said every day"),
    ],
)
def test_words_that_cannot_be_used(word: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        UserWord(**word)  # type: ignore[arg-type]


def test_removing_what_is_not_there() -> None:
    WordStore().add(UserWord("Ann"))
    with pytest.raises(ValueError, match=r"no word 'Bob' is in .*: there are Ann"):
        WordStore().remove("Bob")


def test_a_broken_file_is_told(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    (home / "words").mkdir(parents=True)
    (home / "words" / "x.json").write_text("[]")
    with caplog.at_level(logging.WARNING):
        assert WordStore().load() == ()
    assert "x.json is not a word" in caplog.text


def test_two_processes_at_once_lose_no_word(tmp_path: Path) -> None:
    code = "import sys\nfrom allears.personal import UserWord, WordStore\n"
    code += "for n in range(20): WordStore(sys.argv[1]).add(UserWord(f'{sys.argv[2]} {n}'))"
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "w"), name]) for name in ("ann", "bob")]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert len(WordStore(tmp_path / "w").load()) == 40
    assert len(list((tmp_path / "w").iterdir())) == 40, "nothing half-written is left"


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        WordStore(tmp_path / "file" / "words").add(UserWord("Ann"))
