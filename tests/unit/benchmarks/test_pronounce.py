"""Dialects in one model against one each: the runs, their steps, the words that are held out, the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="install the extra `train`")

import pronounce

from allears.tasks.masked_phones import write_example_spec

DIALECTS = ("en-GB", "en-US")


def test_every_row_sees_each_dictionary_equally_often(tmp_path: Path) -> None:
    write_example_spec(tmp_path)
    runs = list(pronounce.plan(DIALECTS, [0], has_sentences=True))
    assert [run.method for run in runs] == ["joint", "separate", "separate", "joint + masked-phones"]
    recipes = [pronounce.recipe_of(run, tmp_path, steps=100, words=None) for run in runs]
    assert [recipe.optim.num_steps for recipe in recipes] == [100, 50, 50, 100]
    assert recipes[1].data.train[0].where == {"accent": ["en-GB"]}
    assert set(recipes[3].tasks) == {"pronounce", "masked-phones"} and len(recipes[3].data.train) == 2
    assert len({run.key for run in runs}) == 4


def test_held_out_words_are_those_of_dev(tmp_path: Path) -> None:
    rows = [{"id": f"{d}{n}", "accent": d, "split": "dev" if n % 2 else "train"} for d in DIALECTS for n in range(8)]
    (tmp_path / "letters.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    paths = pronounce.held_out(tmp_path, tmp_path, DIALECTS, 2)
    found = [json.loads(line) for line in paths["en-US"].read_text().splitlines()]
    assert [row["id"] for row in found] == ["en-US1", "en-US5"]


def test_the_table_has_means_over_seeds() -> None:
    results = [
        {"method": "joint", "seed": 0, "measured": {"en-GB": 0.10, "en-US": 0.08}, "trained_cpu_s": 100.0},
        {"method": "joint", "seed": 1, "measured": {"en-GB": 0.12, "en-US": 0.08}, "trained_cpu_s": 110.0},
        {"method": "separate", "seed": 0, "measured": {"en-GB": 0.15}, "trained_cpu_s": 60.0},
        {"method": "separate", "seed": 0, "measured": {"en-US": 0.14}, "trained_cpu_s": 50.0},
    ]
    rows = pronounce.table_of(results, DIALECTS)["rows"]
    assert rows == [["joint", "11.0", "8.0", "105", "2"], ["separate", "15.0", "14.0", "110", "1"]]
