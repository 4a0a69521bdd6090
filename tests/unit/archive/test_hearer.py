"""A worker with the model that ships: a part of a file, and a file that is no audio."""

from __future__ import annotations

import json
from pathlib import Path

import allears
from allears.archive.hearer import Hearer, SessionOptions
from allears.archive.items import Item

DEMO = str(Path(allears.__file__).parent / "assets" / "demo.flac")


def test_a_part_of_a_file_is_heard_and_a_bad_one_has_a_reason(tmp_path) -> None:
    hearer = Hearer(SessionOptions(tasks=("speech",), num_threads=1), str(tmp_path / "out"))
    part = Item("part", DEMO, 1.0, 2.0)
    outcome = hearer.hear(part)
    assert (outcome.status, outcome.duration_s) == ("heard", 2.0)
    assert outcome.compute_s > 0
    (file,) = (tmp_path / "out").glob("clips/*/*.json")
    heard = json.loads(file.read_text())
    assert (heard["id"], heard["start_s"], heard["duration"]) == ("part", 1.0, 2.0)
    assert heard["speech"]
    assert hearer.hear(part).status == "known"
    (tmp_path / "bad.wav").write_text("no sound")
    assert hearer.hear(Item("bad", str(tmp_path / "bad.wav"))).status == "failed"
    (reason,) = (tmp_path / "out").glob("failed/*/*.json")
    assert "bad.wav" in json.loads(reason.read_text())["reason"]


def test_settings_name_the_model_and_what_it_is_asked() -> None:
    settings = SessionOptions(tasks=("speech",), num_threads=7).settings()
    assert settings["model"].startswith("allears-base")
    assert len(settings["encoder"]) == 64
    assert "num_threads" not in settings
