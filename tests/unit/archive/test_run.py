"""An archive is heard once, whatever is killed: a worker, or all of the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from allears.archive.hearer import SessionOptions
from allears.archive.outputs import Outputs
from allears.archive.run import hear_archive
from tests.unit.archive.fakes import items_called, open_fake, times_heard


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_worker_that_is_killed_loses_nothing(tmp_path) -> None:
    """One clip kills its worker once, another always: the first is heard in the end, the second fails, the rest is
    heard once."""
    items = items_called("a", "bad.wav", "once", "b", "killer", "c")
    summary = hear_archive(items, tmp_path / "out", num_workers=2, open_session=open_fake)
    assert (summary.num_heard, summary.num_failed, summary.num_known) == (4, 2, 0)
    assert times_heard() == {"a": 1, "b": 1, "c": 1, "bad.wav": 1, "once": 2, "killer": 3}
    assert [line["id"] for line in lines(tmp_path / "out/index.jsonl")] == ["a", "once", "b", "c"]
    errors = {line["id"]: line["reason"] for line in lines(tmp_path / "out/errors.jsonl")}
    assert errors["bad.wav"] == "bad.wav cannot be read: it is no audio"
    assert "died 3 times" in errors["killer"]
    first = json.loads((tmp_path / "out" / lines(tmp_path / "out/index.jsonl")[0]["file"]).read_text())
    assert (first["text"], first["id"], first["duration"]) == ("Hello there.", "a", 2.0)
    assert not list((tmp_path / "out").rglob("*.partial"))

    again = hear_archive(items, tmp_path / "out", num_workers=2, open_session=open_fake)
    assert (again.num_heard, again.num_known, again.num_failed) == (0, 4, 2)
    assert times_heard()["a"] == 1


RUN = """
import sys
from allears.archive.run import hear_archive
from tests.unit.archive.fakes import items_called, open_fake
if __name__ == "__main__":
    names = [f"slow{n}" for n in range(40)]
    print(hear_archive(items_called(*names), sys.argv[1], num_workers=2, open_session=open_fake).num_heard)
"""


def test_a_run_that_is_killed_goes_on(tmp_path) -> None:
    script, out = tmp_path / "run.py", tmp_path / "out"
    script.write_text(RUN)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), *sys.path]))}
    command = [sys.executable, str(script), str(out)]
    run = subprocess.Popen(command, env=environment, start_new_session=True)
    until = time.monotonic() + 60
    while len(list(out.glob("clips/*/*.json"))) < 3:
        assert time.monotonic() < until
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    num_before = len(list(out.glob("clips/*/*.json")))
    assert 3 <= num_before < 40
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) == 40 - num_before, done.stderr
    assert len(lines(out / "index.jsonl")) == 40
    counts = times_heard()
    assert len(counts) == 40
    assert sum(count > 1 for count in counts.values()) <= 2, "only what was being heard by the two workers"
    assert max(counts.values()) <= 2


def test_other_settings_and_other_runs_are_kept_out(tmp_path) -> None:
    items = items_called("a")
    hear_archive(items, tmp_path / "out", open_session=open_fake)
    with pytest.raises(ValueError, match=r"language None \(now 'de'\)"):
        hear_archive(items, tmp_path / "out", SessionOptions(language="de"), open_session=open_fake)
    with Outputs(tmp_path / "out").alone(), pytest.raises(ValueError, match="another run"):
        hear_archive(items, tmp_path / "out", open_session=open_fake)
    with pytest.raises(ValueError, match="local"):
        hear_archive(items, tmp_path / "out", engine="locl", open_session=open_fake)


def test_what_failed_is_tried_again_if_asked(tmp_path) -> None:
    items = items_called("bad.wav")
    for is_retrying, times in ((False, 1), (False, 1), (True, 2)):
        summary = hear_archive(items, tmp_path / "out", is_retrying=is_retrying, open_session=open_fake)
        assert (summary.num_failed, times_heard()["bad.wav"]) == (1, times)


def broken(options):
    raise ValueError("there is no such adapter")


def test_a_session_that_cannot_be_opened_ends_the_run_with_its_reason(tmp_path) -> None:
    with pytest.raises(ValueError, match="no such adapter"):
        hear_archive(items_called("a"), tmp_path / "out", open_session=broken)


def test_an_empty_archive_is_no_error(tmp_path) -> None:
    summary = hear_archive([], tmp_path / "out", open_session=open_fake)
    assert (summary.num_clips, summary.times_real_time) == (0, 0.0)
    assert (tmp_path / "out/index.jsonl").read_text() == ""
