"""Music, with an mpv and an MPD that play nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.assistant.clients.fake_mpd import FakeMpd
from tests.unit.assistant.clients.fake_mpv import FakeMpv
from tests.unit.assistant.fakes import Talk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Miles/Blue Jazz/01 So.flac", "Miles/Blue Jazz/02 What.mp3", "Beat/Help.ogg", "notes.txt"):
        file = tmp_path / "music" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "music" / "ann.m3u").write_text("#EXTM3U\nBeat/Help.ogg\nBeat/Gone.ogg\n")
    return tmp_path / "music"


@pytest.fixture
def mpv(tmp_path: Path) -> Iterator[FakeMpv]:
    fake = FakeMpv(tmp_path / "mpv.sock")
    yield fake
    fake.close()


@pytest.fixture
def talk(folder: Path, mpv: FakeMpv, tmp_path: Path) -> Iterator[Talk]:
    made = Talk("music", music={"folder": str(folder), "mpv_socket": str(tmp_path / "mpv.sock")})
    yield made
    made.assistant.close()


def loaded(mpv: FakeMpv) -> list[tuple[str, str]]:
    return [(Path(command[1]).name, command[2]) for command in mpv.told if command[0] == "loadfile"]


def test_files_are_found_by_the_words_of_their_path(talk: Talk, mpv: FakeMpv) -> None:
    assert talk("Play some jazz, please.") == "Playing jazz."
    assert loaded(mpv) == [("01 So.flac", "replace"), ("02 What.mp3", "append")]
    assert mpv.properties["pause"] is False
    assert talk("play tubular bells") == "I found nothing for tubular bells. What shall I play?"
    assert talk("help") == "Playing help."


def test_each_person_has_a_playlist(talk: Talk, mpv: FakeMpv, caplog: pytest.LogCaptureFixture) -> None:
    assert talk("play my music", "Ann") == "Playing your music, Ann."
    assert loaded(mpv) == [("Help.ogg", "replace")]
    assert "1 of 2 files are not there" in caplog.text
    talk("play my music", "Bob")
    assert len(loaded(mpv)) == 1 + 3


def test_stop_pauses_and_a_wake_word_makes_it_quiet(talk: Talk, mpv: FakeMpv) -> None:
    talk("play jazz")
    talk.assistant.duck(True)
    assert mpv.properties["volume"] == 20
    talk.assistant.duck(False)
    assert mpv.properties["volume"] == 80.0
    talk("stop")
    assert mpv.properties["pause"] is True
    told = len(mpv.told)
    talk("stop")
    assert len(mpv.told) == told  # nothing plays
    assert talk("resume the music") == ""
    assert mpv.properties["pause"] is False
    mpv.properties["media-title"] = "So"
    assert talk("what's playing") == "This is So."


def test_a_player_that_refuses_is_told(talk: Talk, mpv: FakeMpv) -> None:
    talk("play jazz")
    assert talk("next song") == "The player does not answer."
    assert "no next" in talk.answer.note


def test_without_folder_or_program_it_says_so(folder: Path) -> None:
    silent = Talk("music")
    assert silent("play jazz") == "I cannot play music here."
    assert "assistant.toml" in silent.answer.note
    absent = Talk("music", music={"folder": str(folder), "mpv": "no-such-player"})
    assert absent("play jazz") == "I cannot play music here."
    assert "not installed" in absent.answer.note


def test_mpd_searches_plays_and_ducks() -> None:
    mpd = FakeMpd()
    try:
        talk = Talk("music", music={"mpd": f"127.0.0.1:{mpd.port}"})
        assert talk.skills[0].hosts == (f"127.0.0.1:{mpd.port}",)
        assert talk('play the "beat') == "Playing beat."
        assert mpd.told[1:] == [["clear"], ["add", "a/one.flac"], ["add", "a/two.flac"], ["play"]]
        assert talk("play my playlist", "Ann") == "Playing your music, Ann."
        assert ["load", "Ann"] in mpd.told
        assert talk("what song is this") == "This is One by The Beat."
        talk.assistant.duck(True)
        talk.assistant.duck(False)
        assert mpd.told[-3:] == [["status"], ["setvol", "20"], ["setvol", "70"]]
        assert talk("next song") == "The player does not answer."
        assert "Not playing" in talk.answer.note
        assert talk("play silence") == "I found nothing for silence. What shall I play?"
    finally:
        mpd.close()


@pytest.mark.parametrize("value", ["host:port", "host:66:00"])
def test_an_address_of_mpd_that_is_none(value: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        Talk("music", music={"mpd": value})
