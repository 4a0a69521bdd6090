"""Two processes make the update that one makes of the same batches, whatever the balancer; and they resume."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from allears.config.load import dump_recipe
from allears.config.schema import Recipe
from allears.train.checkpoint import find_checkpoint, read_checkpoint
from allears.train.run import run_recipe
from tests.unit.train.two_ranks import no_dropout

pytestmark = pytest.mark.skipif(not torch.distributed.is_gloo_available(), reason="this torch was built without gloo")

ROOT = Path(__file__).parents[3]
WITHOUT_EFFECT = "pool.score.2.bias"  # a softmax follows: its gradient is rounding, of which AdamW makes whole steps
STEPS, TIMEOUT_S = 5, 300  # the machine that runs the tests may be busy with others
ENCODER = {"kind": "cnn-bilstm", "dim": 16, "lstm_dim": 16}
CASES: dict[str, dict[str, Any]] = {
    "fixed": {"ema": 0.5, "has_dev": True, "evaluate": {"best": "language.loss"}},
    "uncertainty": {"balance": {"kind": "uncertainty"}, "optim": {"num_steps": STEPS, "lr": 5e-3, "accumulate": 2}},
    "dwa": {"balance": {"kind": "dwa", "window": 1}},
    "pcgrad": {"balance": {"kind": "pcgrad"}, "log_conflict_every_steps": 1, "log_affinity_every_steps": 2},
    "upgrad": {"balance": {"kind": "upgrad"}},
    "upgrad-at-features": {"balance": {"kind": "upgrad", "at": "features"}, "log_conflict_every_steps": 1},
    "gradnorm": {"balance": {"kind": "gradnorm"}},
    "regularised": {
        "regularise": [{"kind": "ewc", "weight": 1.0, "num_batches": 2}, {"kind": "l2", "weight": 0.01}],
        "regime": {"kind": "sequential", "phases": [{"tasks": ["speech"], "steps": 2}, {"tasks": ["language"]}]},
    },
    "soft": {"sharing": {"kind": "soft", "width": 8, "l2": 0.1}},
}
SHARDED = {name: CASES[name] for name in ("fixed", "uncertainty", "pcgrad", "upgrad-at-features", "gradnorm")}
SHARDED["pcgrad"] = {"balance": {"kind": "pcgrad"}}  # affinity wants whole weights
QUICK = ("fixed", "uncertainty", "pcgrad", "upgrad-at-features")  # the others take as long again


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run_two(jobs: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Do the jobs (see `two_ranks.py`) on two processes."""
    path = folder / "jobs.json"
    path.write_text(json.dumps(jobs))
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()), "WORLD_SIZE": "2", "OMP_NUM_THREADS": "1"}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    said = [folder / f"said-{rank}.txt" for rank in range(2)]
    with said[0].open("w") as first, said[1].open("w") as second:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.unit.train.two_ranks", str(path)],
                env={**os.environ, **shared, "PYTHONPATH": paths, "RANK": str(rank), "LOCAL_RANK": str(rank)},
                stdout=file, stderr=file,
            )
            for rank, file in enumerate((first, second))
        ]  # fmt: skip
        try:
            codes = [process.wait(timeout=TIMEOUT_S) for process in processes]
        finally:
            for process in processes:
                process.kill()
    assert codes == [0, 0], "\n".join(file.read_text()[-3000:] for file in said)


class Runs:
    """Folders of finished runs: `one/NAME` of one process, `ddp/NAME` and `fsdp2/NAME` of two."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def end(self, name: str) -> dict[str, Any]:
        """The last checkpoint of a run."""
        return read_checkpoint(find_checkpoint(self.path / name, prefer_best=False))

    def records(self, name: str, event: str) -> list[dict[str, Any]]:
        lines = (self.path / name / "log.jsonl").read_text().splitlines()
        return [row for row in map(json.loads, lines) if row["event"] == event]


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Jobs:
    """Runs to be made in a folder, first on one process, then on two."""

    def __init__(self, path: Path, make: Callable[..., Recipe]) -> None:
        self.path, self.make, self.jobs = path, make, list[dict[str, Any]]()

    def one(self, name: str, recipe: Recipe, **options: Any) -> None:
        """Done here and now."""
        with no_dropout():
            run_recipe(recipe, self.path / name, **options)

    def two(self, name: str, recipe: Recipe, **options: Any) -> None:
        """Done by `do`, in order."""
        file = self.path / f"{name.replace('/', '-')}.yaml"
        file.write_text(yaml.safe_dump(dump_recipe(recipe), sort_keys=False))  # the order of tasks is that of the draws
        defaults = {"until": None, "is_resumed": False, "has_dropout": False}
        self.jobs.append({"recipe": str(file), "folder": str(self.path / name)} | defaults | options)

    def compare(self, names: Sequence[str]) -> None:
        """Cases on one process, on two, and with a sharded encoder."""
        for name in names:
            self.one(f"one/{name}", self.make(**CASES[name]))
            self.two(f"ddp/{name}", self.make(**CASES[name]))
            if name in SHARDED:
                self.two(f"fsdp2/{name}", self.make(**SHARDED[name], distributed={"kind": "fsdp2"}))

    def do(self) -> Runs:
        _run_two(self.jobs, self.path)
        return Runs(self.path)


@pytest.fixture(scope="module")
def runs(corpus: Path, tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Runs:
    """What most tests look at."""
    make = _maker(corpus)
    jobs = Jobs(tmp_path_factory.mktemp("runs"), make)
    jobs.compare(QUICK)
    jobs.one("one/lonely", make(max_clips=1))
    jobs.two("ddp/lonely", make(max_clips=1))
    jobs.two("ddp/whole", make(), has_dropout=True)
    jobs.two("ddp/cut", make(), has_dropout=True, until=2)
    jobs.two("ddp/cut", make(), has_dropout=True, is_resumed=True)
    jobs.one("fsdp2/from-one", make(**CASES["fixed"]), until=2)
    sharded = {"kind": "fsdp2"}
    jobs.two("fsdp2/from-one", make(**CASES["fixed"], distributed=sharded), until=4, is_resumed=True)
    jobs.two("fsdp2/l2", make(regularise=[{"kind": "l2", "weight": 0.1}], distributed=sharded))
    done = jobs.do()
    jobs.one("fsdp2/from-one", make(**CASES["fixed"]), is_resumed=True)
    return done


@pytest.fixture(scope="module")
def more_runs(corpus: Path, tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Runs:
    """The cases that are not quick."""
    jobs = Jobs(tmp_path_factory.mktemp("runs"), _maker(corpus))
    jobs.compare([name for name in CASES if name not in QUICK])
    return jobs.do()


def _maker(corpus: Path) -> Callable[..., Recipe]:
    from allears.config.load import parse_recipe

    source = {"manifest": str(corpus)}

    def make(*, max_clips: int = 3, has_dev: bool = False, **changes: Any) -> Recipe:
        """Batches of three clips: two for the one process, one for the other, so that labels are often missing."""
        data = {
            "name": "tones",
            "data": {
                "train": [source | {"split": "train"}],
                "dev": [source | {"split": "dev"}] if has_dev else [],
                "augment": {"gain_probability": 0.5, "speed_probability": 0.5},
                "max_clips": max_clips,
            },
            "encoder": ENCODER,
            "tasks": {"speech": {"hidden": 8}, "language": {"classes": ["de", "en"], "hidden": 8}},
            "optim": {"num_steps": STEPS, "lr": 5e-3, "warmup_steps": 2},
            "log_every_steps": 1,
            "device": "cpu",
        }
        return parse_recipe(data | changes)

    return make


def _weights(state: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    average = state["average"]["average"] if state["average"] else {}
    own = {"model": state["model"], "average": average, "balancer": state["balancer"]}
    return {f"{part}.{name}": value for part, values in own.items() for name, value in values.items()}


def _assert_same_run(runs: Runs, one: str, other: str) -> None:
    expected, found = (_weights(runs.end(name)) for name in (one, other))
    assert expected.keys() == found.keys()
    worst = {name: float((found[name] - value).abs().max()) for name, value in expected.items()}
    assert not {name: gap for name, gap in worst.items() if gap > 1e-4 and not name.endswith(WITHOUT_EFFECT)}
    logged = {"train": ("losses", "weights", "cosine", "penalties", "labels")}
    if not other.startswith("fsdp2"):  # which measures conflict at the encoder's layers
        logged["conflict"] = ("cosine", "norm")
        logged["affinity"] = ("affinity",)
    for event, keys in logged.items():
        pairs = zip(runs.records(one, event), runs.records(other, event), strict=True)
        for mine, theirs in pairs:
            for key in keys:
                assert _flat(theirs[key]) == pytest.approx(_flat(mine[key]), rel=1e-3, abs=1e-4), (mine["step"], key)


def _flat(value: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, item in value.items():
        found |= {f"{key}.{k}": v for k, v in _flat(item).items()} if isinstance(item, dict) else {key: item}
    return found


def _marked(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in names]


@pytest.mark.parametrize("name", _marked(CASES))
def test_two_processes_do_what_one_does(request: pytest.FixtureRequest, name: str) -> None:
    runs = request.getfixturevalue("runs" if name in QUICK else "more_runs")
    _assert_same_run(runs, f"one/{name}", f"ddp/{name}")


@pytest.mark.parametrize("name", _marked(SHARDED))
def test_a_sharded_encoder_learns_the_same(request: pytest.FixtureRequest, name: str) -> None:
    runs = request.getfixturevalue("runs" if name in QUICK else "more_runs")
    _assert_same_run(runs, f"one/{name}", f"fsdp2/{name}")


def test_the_first_process_alone_writes(runs: Runs) -> None:
    (start,) = runs.records("ddp/fixed", "start")
    assert start["num_processes"] == 2
    assert [row["step"] for row in runs.records("ddp/fixed", "train")] == list(range(1, STEPS + 1))
    (one,), (two,) = runs.records("one/fixed", "evaluate"), runs.records("ddp/fixed", "evaluate")
    assert one["scores"]["language"] == pytest.approx(two["scores"]["language"], abs=1e-3)
    assert (runs.path / "ddp" / "fixed" / "checkpoints" / "best.pt").is_file()


def test_some_step_had_a_task_on_one_process_alone(runs: Runs) -> None:
    """Or else what this file is for would not have been tried."""
    labels = [row["labels"] for row in runs.records("ddp/fixed", "train")]
    assert any(count == 1 for row in labels for count in row.values()), labels


def test_two_processes_go_on_to_the_last_bit_each_with_its_own_dropout(runs: Runs) -> None:
    whole, cut = (_weights(runs.end(f"ddp/{name}")) for name in ("whole", "cut"))
    assert all(torch.equal(value, cut[name]) for name, value in whole.items())
    assert not torch.equal(whole["model.encoder.conv1.conv.weight"],
                           _weights(runs.end("ddp/fixed"))["model.encoder.conv1.conv.weight"])  # fmt: skip


def test_a_run_goes_on_on_other_processes_and_back(runs: Runs) -> None:
    """Two steps alone, two on two processes with a sharded encoder, the last one alone again."""
    _assert_same_run(runs, "one/fixed", "fsdp2/from-one")


def test_a_batch_of_one_clip_leaves_the_other_process_nothing_to_say(runs: Runs) -> None:
    _assert_same_run(runs, "one/lonely", "ddp/lonely")


def test_what_sharding_cannot_do_is_told(runs: Runs) -> None:
    for rank in range(2):
        assert "cannot do regularise" in (runs.path / "fsdp2" / "l2" / f"error-{rank}.txt").read_text()


def test_sharding_alone_is_told(runs: Runs, caplog: pytest.LogCaptureFixture, corpus: Path, tmp_path: Path) -> None:
    run_recipe(_maker(corpus)(distributed={"kind": "fsdp2"}), tmp_path, until=1)
    assert "there is one process" in caplog.text


def test_half_an_environment_is_told(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(ValueError, match="torchrun"):
        run_recipe(_maker(corpus)(), tmp_path)
