"""Ray's actors: one is killed in the middle, and nothing is lost or heard twice."""

from __future__ import annotations

import json

import pytest

from allears.archive.run import hear_archive
from tests.unit.archive.fakes import items_called, open_fake, times_heard

pytestmark = [
    pytest.mark.slow,  # a cluster takes ten seconds to start
    pytest.mark.filterwarnings("ignore"),  # of Ray's own
]


def test_an_actor_that_is_killed_loses_nothing(tmp_path, monkeypatch) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    names = [*(f"a{n}" for n in range(6)), "bad.wav", "once", *(f"b{n}" for n in range(6))]
    items = items_called(*names)
    summary = hear_archive(items, tmp_path / "out", engine="ray", num_workers=2, open_session=open_fake)
    assert summary.num_clips == 14
    assert summary.num_failed == 1
    ids = [json.loads(line)["id"] for line in (tmp_path / "out/index.jsonl").read_text().splitlines()]
    assert ids == [name for name in names if name != "bad.wav"]
    counts = times_heard()
    assert counts.pop("once") == 2
    assert counts.pop("bad.wav") <= 2
    assert set(counts.values()) == {1}
