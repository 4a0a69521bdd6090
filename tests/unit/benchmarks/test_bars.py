"""A bar is held against what a report says, and the file of bars fits the benchmarks there are."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import bars
import pytest
from bars import as_json, as_table, judge, load_bars

FILE = Path(bars.__file__).with_name("bars.toml")
PEER = 'peer = {name = "B", at = ["x", "b"]}'


def _one(tmp_path: Path, text: str) -> bars.Bar:
    path = tmp_path / "bars.toml"
    path.write_text(f'[[bars]]\ntask = "t"\ntest = "on x"\nbenchmark = "asr"\nours = ["x", "a"]\n{text}\n')
    return load_bars(path)[0]


def _results(**systems: Any) -> dict[str, Any]:
    return {"asr": {"x": systems}}


@pytest.mark.parametrize(
    ("text", "ours", "peer", "shown", "reached"),
    [
        ('better = "higher"\nbar = {limit = 0.97}', 0.97, None, ">= 97.0", "yes"),
        ('better = "higher"\nbar = {limit = 0.97}', 0.969, None, ">= 97.0", "no"),
        ('better = "lower"\nbar = {limit = 0.12, is_strict = true}', 0.12, None, "< 12.0", "no"),
        (f'better = "lower"\nbar = {{of_peer = 0.5}}\n{PEER}', 0.1, 0.2, "<= 0.5 x peer", "yes"),
        (f'better = "lower"\nbar = {{of_peer = 0.5}}\n{PEER}', 0.11, 0.2, "<= 0.5 x peer", "no"),
        (f'better = "higher"\nbar = {{of_peer = 1.0, is_strict = true}}\n{PEER}', 0.2, 0.2, "> peer", "no"),
        (f'better = "higher"\nbar = {{of_peer = 1.0}}\n{PEER}', 0.2, None, ">= peer", "no peer"),
        (f'better = "higher"\nbar = {{of_peer = 1.0}}\n{PEER}', None, 0.2, ">= peer", "not measured"),
        (f'better = "lower"\nbar = {{of_peer = 0.5}}\nfrom_one = true\n{PEER}', 0.95, 0.9, "<= 0.5 x peer", "yes"),
        (f'better = "lower"\nbar = {{of_peer = 0.5}}\nfrom_one = true\n{PEER}', 0.94, 0.9, "<= 0.5 x peer", "no"),
    ],
)
def test_what_is_reached(
    tmp_path: Path, text: str, ours: float | None, peer: float | None, shown: str, reached: str
) -> None:
    bar = _one(tmp_path, text)
    row = judge(bar, _results(a=ours, b=peer))
    assert (bar.text, row.reached) == (shown, reached)


def test_a_table_of_numbers_is_averaged(tmp_path: Path) -> None:
    row = judge(_one(tmp_path, 'better = "higher"\nbar = {limit = 0.5}'), _results(a={"u": 0.4, "v": 0.8}))
    assert row.ours == pytest.approx(60.0)


def test_the_table_and_json(tmp_path: Path) -> None:
    bar = _one(tmp_path, f'better = "higher"\nbar = {{of_peer = 1.0}}\n{PEER}')
    rows = [judge(bar, _results(a=0.5, b=0.4)), judge(bar, {})]
    assert as_table(rows).splitlines() == [
        "task  test  ours  peer      bar      reached?",
        "t     on x  50.0  40.0 (B)  >= peer  yes",
        "t     on x  -     - (B)     >= peer  not measured",
    ]
    assert as_json(rows[0]) == {
        "task": "t", "test": "on x", "benchmark": "asr", "ours": 50.0, "peer": 40.0, "peer_name": "B",
        "bar": ">= peer", "reached": True, "why": None,
    }  # fmt: skip
    assert (as_json(rows[1])["reached"], as_json(rows[1])["why"]) == (None, "not measured")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('better = "more"\nbar = {limit = 1}', "better is 'more'"),
        ('better = "lower"', "give either limit or of_peer"),
        ('better = "lower"\nbar = {limit = 1, of_peer = 1}', "give either limit or of_peer"),
        ('better = "lower"\nbar = {of_peer = 1}', "is of no peer"),
        ('better = "lower"\nbar = {limit = 1}\nbest = 1', "unknown best"),
        ('better = "lower"\nbar = {limit = 1, strict = true}', "strict"),
    ],
)
def test_a_bar_that_cannot_be_is_told(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"bar 1: .*{why}"):
        _one(tmp_path, text)


def test_every_bar_is_of_a_benchmark_that_is_run() -> None:
    tree = ast.parse(FILE.with_name("all.py").read_text(encoding="utf-8"))
    stated = next(node for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "BENCHMARKS")  # type: ignore[attr-defined]
    names = ast.literal_eval(stated.value)
    assert all(FILE.with_name(f"{name}.py").is_file() for name in names)
    assert {bar.benchmark for bar in load_bars(FILE)} <= set(names)
