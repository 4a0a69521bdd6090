"""Lhotse's cuts, read without lhotse; and that what lhotse itself writes is understood."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from allears.data.readers import READERS, BadRow, GoodRow


def _cut(**changes: Any) -> dict[str, Any]:
    recording = {"id": "r", "sources": [{"type": "file", "source": "/x/r.wav"}]}
    supervision = {"id": "s", "start": 0.0, "duration": 2.0, "text": "one", "speaker": "a", "custom": {"mood": "good"}}
    return {
        "id": "c", "start": 1.5, "duration": 2.0, "channel": 0, "type": "MonoCut", "recording": recording,
        "supervisions": [supervision], **changes,
    }  # fmt: skip


def _read(path: Path, *cuts: Any) -> list[Any]:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(cut) + "\n" for cut in cuts)
    return list(READERS["lhotse"]().rows(path))


def test_a_plain_cut_is_read(tmp_path: Path) -> None:
    (row,) = _read(tmp_path / "my_cuts_dev.jsonl.gz", _cut())
    assert isinstance(row, GoodRow)
    assert (row.clip.id, row.clip.audio, row.clip.split) == ("c", Path("/x/r.wav"), "dev")
    assert (row.clip.start_s, row.clip.duration_s) == (1.5, 2.0)
    assert row.clip.labels == {"text": "one", "speaker": "a", "mood": "good"}


def test_supervisions_give_what_they_agree_on(tmp_path: Path) -> None:
    two = [
        {"start": 1.0, "text": "two", "speaker": "b", "language": "en"},
        {"start": 0.0, "text": "one", "speaker": "a", "language": "en"},
    ]
    untold = [{"start": 0.0, "text": "one"}, {"start": 1.0}]
    first, second, third = _read(
        tmp_path / "c_cuts.jsonl.gz", _cut(supervisions=two), _cut(supervisions=untold), _cut(supervisions=[])
    )
    assert first.clip.labels == {"text": "one two", "language": "en"}
    assert second.clip.labels == {}
    assert third.clip.labels == {}


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (_cut(type="MixedCut"), "MixedCut"),
        (_cut(recording={"sources": [{"type": "memory", "source": ""}]}), "memory"),
        (_cut(recording={"sources": [], "transforms": [{"name": "Speed"}]}), "on the fly"),
        ({"id": "c"}, "not a cut"),
        ([1], "not a cut"),
    ],
)
def test_what_is_no_plain_cut_is_told(tmp_path: Path, cut: Any, message: str) -> None:
    (row,) = _read(tmp_path / "c_cuts.jsonl.gz", cut)
    assert isinstance(row, BadRow) and message in row.why


def test_what_lhotse_writes_is_understood(tmp_path: Path) -> None:
    lhotse = pytest.importorskip("lhotse", reason="lhotse is in the train extra")
    audio = tmp_path / "r.wav"
    soundfile.write(audio, np.zeros(48000), 16000)
    recording = lhotse.Recording.from_file(audio)
    said = lhotse.SupervisionSegment("s", recording.id, 0.0, 1.0, text="hi", speaker="a", custom={"mood": "good"})
    cut = lhotse.MonoCut("c", start=0.5, duration=1.0, channel=0, recording=recording, supervisions=[said])
    path = tmp_path / "train_cuts.jsonl.gz"
    lhotse.CutSet.from_cuts([cut, cut.perturb_speed(1.1), cut.pad(5.0)]).to_file(path)
    good, *bad = READERS["lhotse"]().rows(path)
    assert isinstance(good, GoodRow) and good.clip.labels == {"text": "hi", "speaker": "a", "mood": "good"}
    assert good.clip.audio == audio and good.clip.split == "train"
    assert all(isinstance(row, BadRow) for row in bad) and len(bad) == 2
