"""Clips of a manifest."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.hybrid.corpus import keyword_clips, labelled, utterances
from allears.hybrid.features import listener


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    rows: list[dict[str, str]] = [
        {"id": "a", "split": "train", "text": "Don't, 'stop'!", "keyword": "stop"}, {"id": "b", "split": "train"},
        {"id": "c", "split": "test", "text": "no"}, {"id": "d", "text": "yes", "keyword": "yes"},
    ]  # fmt: skip
    for row in rows:
        soundfile.write(tmp_path / f"{row['id']}.wav", np.random.default_rng(0).normal(0, 0.1, 3_200), 16_000)
    path = tmp_path / "manifest.jsonl"
    path.write_text("".join(json.dumps(row | {"audio": f"{row['id']}.wav"}) + "\n" for row in rows))
    return path


def test_clips_without_the_label_are_counted(manifest: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert [clip.id for clip in labelled(manifest, "text")] == ["a", "d"]  # no split: anybody's
    assert "1 of 3 clips have no label 'text'" in caplog.text
    assert [clip.id for clip in labelled(manifest, "text", None)] == ["a", "c", "d"]


def test_utterances_have_plain_words(manifest: Path) -> None:
    told: list[tuple[int, int]] = []
    found = utterances(labelled(manifest, "text"), listener("mfcc"), tell=lambda *step: told.append(step))
    assert [one.words for one in found] == [("don't", "stop"), ("yes",)]
    assert found[0].low.shape == (20, 39)
    assert found[0].high.dtype == np.float32
    assert told == [(1, 2), (2, 2)]


def test_clips_by_keyword(manifest: Path) -> None:
    found = keyword_clips(labelled(manifest, "keyword"))
    assert {word: [clip.shape for clip in clips] for word, clips in found.items()} == {
        "stop": [(20, 39)], "yes": [(20, 39)],
    }  # fmt: skip


def test_a_label_nobody_has_is_an_error(manifest: Path) -> None:
    with pytest.raises(ValueError, match="no clip with the label 'emotion'"):
        labelled(manifest, "emotion")
