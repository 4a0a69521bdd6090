"""Voices are remembered, found and forgotten."""

import json
import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allears.decode.answers import Embedding
from allears.runtime.model_folder import ModelFolder
from allears.runtime.origin import OriginOf
from allears.runtime.voices import Voices, voices_folder
from allears.spec import ModelSpec, Resolution, TaskSpec

TASK = TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding", "threshold": 0.8})
MODEL = ModelSpec("m", "1", 16_000, 0.02, 1.0, 29.0, 1, 1, (TASK,))


def embedding(*values: float) -> Embedding:
    vector = np.array(values, np.float32)
    return Embedding(vector / np.linalg.norm(vector))


def test_the_nearest_voice_and_whether_it_matches(tmp_path: Path) -> None:
    voices = Voices.load(MODEL, tmp_path / "voices")
    assert voices.nearest(embedding(1, 0)) is None
    voices.enroll("Ann", [embedding(1, 0.1), embedding(1, -0.1)])
    voices.enroll("Béla ☂", [embedding(0, 1)])
    again = Voices.load(MODEL, tmp_path / "voices")
    assert [voice.name for voice in again.voices] == ["Ann", "Béla ☂"]
    near = again.nearest(embedding(1, 0))
    assert near is not None
    assert (near.name, near.is_match) == ("Ann", True)
    assert near.similarity == pytest.approx(1.0, abs=1e-4)
    unsure = again.nearest(embedding(1, 0.9))
    assert unsure is not None
    assert (unsure.name, unsure.is_match) == ("Ann", False)


def test_files_are_private_whole_and_named_after_the_voice(tmp_path: Path) -> None:
    voice = Voices.load(MODEL, tmp_path).enroll("Ann", [embedding(1, 0), embedding(0, 1)])
    assert voice.num_clips == 2
    assert [path.name for path in tmp_path.iterdir()] == ["ann.json"]
    assert (tmp_path / "ann.json").stat().st_mode & 0o077 == 0
    assert json.loads((tmp_path / "ann.json").read_text())["name"] == "Ann"


def test_enrolling_again_replaces(tmp_path: Path) -> None:
    voices = Voices.load(MODEL, tmp_path)
    voices.enroll("Ann", [embedding(1, 0)])
    voices.enroll("ANN", [embedding(0, 1)])
    assert len(voices) == len(list(tmp_path.iterdir())) == 1
    near = voices.nearest(embedding(0, 1))
    assert near is not None
    assert near.similarity == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["../../etc/passwd", ".", "..", "a/b", "x" * 500, "ÿ" * 200, "con:*?"])
def test_any_name_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "voices"
    Voices.load(MODEL, folder).enroll(name, [embedding(1, 0)])
    assert len(list(folder.glob("*.json"))) == 1
    voices = Voices.load(MODEL, folder)
    assert voices.voices[0].name == name
    voices.forget(name)
    assert not list(folder.iterdir())


def test_forgetting_who_is_not_there(tmp_path: Path) -> None:
    voices = Voices.load(MODEL, tmp_path)
    voices.enroll("Ann", [embedding(1, 0)])
    with pytest.raises(ValueError, match=r"no voice 'Bob' is enrolled in .*: there are Ann"):
        voices.forget("Bob")


def test_a_voice_of_another_model_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Voices.load(replace(MODEL, version="0"), tmp_path).enroll("Ann", [embedding(1, 0)])
    with caplog.at_level(logging.WARNING):
        voices = Voices.load(MODEL, tmp_path)
    assert len(voices) == 0
    assert "Ann (m 0); enroll them again" in caplog.text


def test_a_new_version_of_the_same_networks_keeps_the_voices(own_model: Path, tmp_path: Path) -> None:
    folder = ModelFolder(own_model)
    Voices.load(folder.spec, tmp_path, origin=OriginOf(folder, "speaker")).enroll("Ann", [embedding(1, 0)])
    kept = json.loads((tmp_path / "ann.json").read_text())
    assert kept["model"] == "fake 1" and len(kept["files"]) == len(kept["graphs"]) == 64
    folder.spec = replace(folder.spec, version="2")
    assert len(Voices.load(folder.spec, tmp_path, origin=OriginOf(folder, "speaker"))) == 1
    (tmp_path / "ann.json").write_text(json.dumps({**kept, "files": "1", "graphs": "1"}))
    folder.spec = replace(folder.spec, version="1")
    assert len(Voices.load(folder.spec, tmp_path, origin=OriginOf(folder, "speaker"))) == 0, "other networks"


def test_a_voice_of_before_is_known_by_name_and_version(own_model: Path, tmp_path: Path) -> None:
    old = {"name": "Ann", "vector": [1.0, 0.0], "num_clips": 1, "model": "fake 1"}
    (tmp_path / "ann.json").write_text(json.dumps(old))
    folder = ModelFolder(own_model)
    assert len(Voices.load(folder.spec, tmp_path, origin=OriginOf(folder, "speaker"))) == 1


def test_a_broken_voice_is_told_and_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "x.json").write_text("{}")
    with caplog.at_level(logging.WARNING):
        assert len(Voices.load(MODEL, tmp_path)) == 0
    assert "x.json is not a voice" in caplog.text


def test_what_enrolling_needs(tmp_path: Path) -> None:
    voices = Voices.load(MODEL, tmp_path)
    with pytest.raises(ValueError, match="needs a name"):
        voices.enroll("  ", [embedding(1, 0)])
    with pytest.raises(ValueError, match="no clips were given to enroll 'Ann'"):
        voices.enroll("Ann", [])


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALLEARS_VOICES", str(tmp_path / "here"))
    assert voices_folder() == tmp_path / "here"
    monkeypatch.delenv("ALLEARS_VOICES")
    monkeypatch.delenv("ALLEARS_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert voices_folder() == tmp_path / "allears" / "voices"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert voices_folder().parts[-4:] == (".local", "share", "allears", "voices")


def test_a_borderline_and_a_stranger_are_no_match(tmp_path: Path) -> None:
    voices = Voices.load(MODEL, tmp_path)
    voices.enroll("Ann", [embedding(1, 0, 0)])
    low = voices.low
    assert 0 < low < voices.threshold == 0.8
    verdicts = []
    for cosine in (0.81, 0.79, low + 0.01, low - 0.01):
        near = voices.nearest(embedding(cosine, 0, np.sqrt(1 - cosine**2)))
        assert near is not None
        verdicts.append((near.verdict, near.is_match, near.is_borderline))
    assert verdicts == [
        ("match", True, False),
        ("borderline", False, True),
        ("borderline", False, True),
        ("unknown", False, False),
    ]


def test_between_two_voices_it_is_unsure(tmp_path: Path) -> None:
    voices = Voices.load(MODEL, tmp_path)
    voices.enroll("Ann", [embedding(1, 0.3)])
    voices.enroll("Ben", [embedding(1, -0.3)])
    between, near_ann = voices.nearest(embedding(1, 0.01)), voices.nearest(embedding(1, 0.3))
    assert between is not None and near_ann is not None
    assert between.similarity > voices.threshold
    assert (between.verdict, near_ann.verdict, near_ann.name) == ("borderline", "match", "Ann")


def test_clips_that_are_added_count_as_if_they_had_been_there(tmp_path: Path) -> None:
    clips = [embedding(1, 0.2), embedding(1, -0.5), embedding(0.7, 1)]
    at_once = Voices.load(MODEL, tmp_path / "a").enroll("Ann", clips)
    voices = Voices.load(MODEL, tmp_path / "b")
    first = voices.enroll("Ann", clips[:2])
    later = Voices.load(MODEL, tmp_path / "b").add("ann", clips[2:])
    assert later.id == first.id
    assert later.num_clips == 3
    assert later.vector == pytest.approx(at_once.vector, abs=1e-5)
    with pytest.raises(ValueError, match="no voice 'Bob'"):
        voices.add("Bob", clips)
    with pytest.raises(ValueError, match="no clips were given to add to 'Ann'"):
        voices.add("ann", [])


def test_a_new_name_and_enrolling_again_keep_the_id(tmp_path: Path) -> None:
    voices = Voices.load(MODEL, tmp_path)
    first = voices.enroll("Ann", [embedding(1, 0)])
    assert len(first.id) == 32
    assert voices.rename("ANN", "Ann Lee").id == voices.rename("ann lee", "ANN LEE").id == first.id
    assert [path.name for path in tmp_path.iterdir()] == ["ann lee.json"]
    assert [voice.name for voice in Voices.load(MODEL, tmp_path).voices] == ["ANN LEE"]
    assert voices.enroll("ann lee", [embedding(0, 1)]).id == first.id
    near = voices.nearest(embedding(0, 1))
    assert near is not None and near.id == first.id
    voices.enroll("Ben", [embedding(1, 0)])
    with pytest.raises(ValueError, match="there is a voice 'Ben' already"):
        voices.rename("ann lee", "Ben")
    with pytest.raises(ValueError, match="no voice 'Carl'"):
        voices.rename("Carl", "Dan")
    with pytest.raises(ValueError, match="needs a new name"):
        voices.rename("Ben", " ")
    assert voices.forget("ann lee") == first.id


def test_two_processes_that_add_to_a_voice_lose_no_clip(tmp_path: Path) -> None:
    Voices.load(MODEL, tmp_path).enroll("Ann", [embedding(1, 0)])
    code = (
        "import sys, numpy as np\nfrom allears.decode.answers import Embedding\n"
        "from allears.runtime.voices import Voices\nfrom allears.spec import ModelSpec\n"
        "voices = Voices.load(ModelSpec('m', '1', 16_000, 0.02, 1.0, 29.0, 1, 1, ()), sys.argv[1])\n"
        "for _ in range(20): voices.add('Ann', [Embedding(np.array([1, 0], np.float32))])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert Voices.load(MODEL, tmp_path).voice("Ann").num_clips == 41
