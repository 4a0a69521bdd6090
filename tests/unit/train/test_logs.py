"""The log of a run."""

from __future__ import annotations

import json
from pathlib import Path

from allears.train.logs import RunLog, flat_numbers


def test_steps_that_are_done_again_are_dropped_and_half_a_line_too(tmp_path: Path) -> None:
    lines = [json.dumps({"event": "train", "step": step}) + "\n" for step in (1, 2, 3)]
    (tmp_path / "log.jsonl").write_text("".join(lines) + '{"event": "tr')
    log = RunLog(tmp_path, first_step=2)
    log.write("train", 3, losses={"speech": 0.5})
    log.close()
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 3]
    assert rows[-1]["losses"] == {"speech": 0.5}


def test_nested_numbers_get_a_path() -> None:
    found = dict(flat_numbers({"losses": {"a": 1, "b": 2.5}, "is_best": True, "device": "cpu"}, "train"))
    assert found == {"train/losses/a": 1.0, "train/losses/b": 2.5}
