"""Clips have keys that stay when an archive is moved, and come once."""

from __future__ import annotations

import json
import logging

import pytest

from allears.archive.items import Item, items_of_files, items_of_manifest


def test_a_manifest_that_is_moved_has_the_same_keys(tmp_path) -> None:
    rows = [{"id": "x", "audio": "a.wav", "start_s": 1.5, "duration_s": 2.0}, {"id": "y", "audio": "a.wav"}]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    one, two = (items_of_manifest(tmp_path / name / "m.jsonl") for name in ("one", "two"))
    assert [item.key for item in one] == [item.key for item in two]
    assert one[0].audio != two[0].audio
    assert (one[0].start_s, one[0].duration_s, one[1].duration_s) == (1.5, 2.0, None)


def test_files_are_named_below_the_folder_they_share(tmp_path) -> None:
    names = ["a/x.wav", "b/x.wav"]
    assert [item.id for item in items_of_files([str(tmp_path / name) for name in names])] == names
    assert [item.id for item in items_of_files([str(tmp_path / "a/x.wav")])] == ["x.wav"]
    assert items_of_files([]) == []


def test_a_clip_that_is_given_twice_is_heard_once(tmp_path, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        assert len(items_of_files([str(tmp_path / "a.wav")] * 3)) == 1
    assert "2 clips" in caplog.text


@pytest.mark.parametrize("other", [Item("b", "f"), Item("a", "f", 1.0), Item("a", "f", 0.0, 2.0)])
def test_what_differs_has_another_key(other) -> None:
    assert other.key != Item("a", "f").key
    assert Item("a", "elsewhere").key == Item("a", "f").key
