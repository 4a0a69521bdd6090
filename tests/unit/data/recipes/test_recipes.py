"""Every corpus recipe on a tiny tree of the corpus's own layout: exact rows, the same bytes twice, a clean check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from allears.data.check import check
from allears.data.findings import Level
from allears.data.prepare import Prepared, prepare
from allears.data.recipes import CORPORA
from tests.unit.data.recipes import trees_meaning, trees_speech
from tests.unit.data.recipes.tree import TONE_S, Tree

TREES = trees_speech.TREES | trees_meaning.TREES
EVERY_TREE = pytest.mark.parametrize("name", sorted(TREES))
PATHS = ("audio", "clean", "rttm")


def test_every_corpus_has_a_tree() -> None:
    assert set(TREES) == set(CORPORA)


def _prepared(name: str, tmp_path: Path) -> Prepared:
    tree = TREES[name]
    if tree.needs:
        pytest.importorskip(tree.needs, reason=f"{name} is read by {tree.needs}, of the extra `train`")
    root = tmp_path / "corpus"
    if not root.exists():
        root.mkdir()
        tree.build(root)
    return prepare(name, root, tmp_path / "out")


def _rows(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows)
    return {row.pop("id"): row for row in rows}


def _expected(tree: Tree, corpus: Any) -> dict[str, dict[str, Any]]:
    facts = {"source": corpus.title, "licence": corpus.licence}
    rows = {}
    for key, row in tree.rows.items():
        full = {"duration_s": TONE_S} | facts | row
        full |= {name: f"../corpus/{full[name]}" for name in PATHS if name in full}
        rows[key] = {name: value for name, value in full.items() if value is not None}
    return rows


@EVERY_TREE
def test_the_rows_are_these(name: str, tmp_path: Path) -> None:
    tree, corpus = TREES[name], CORPORA[name]()
    prepared = _prepared(name, tmp_path)
    assert _rows(tmp_path / "out" / "manifest.jsonl") == _expected(tree, corpus)
    sentences = {key: {"source": corpus.title, "licence": corpus.licence} | row for key, row in tree.sentences.items()}
    assert _rows(tmp_path / "out" / "sentences.jsonl") == sentences
    assert prepared.skipped == tree.skipped
    assert set(prepared.labels) <= set(corpus.labels) | {"text"}, "a label that --list does not tell"


@EVERY_TREE
def test_a_second_run_writes_the_same_bytes(name: str, tmp_path: Path) -> None:
    _prepared(name, tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    _prepared(name, tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


@EVERY_TREE
def test_what_is_written_passes_the_check(name: str, tmp_path: Path) -> None:
    _prepared(name, tmp_path)
    if not TREES[name].rows:
        pytest.skip("a corpus of text has no clips to check")
    report = check([tmp_path / "out"], is_quick=True, num_threads=1)
    errors = [f for f in report.findings if f.level is Level.ERROR and ".m4a" not in f.text]  # that one is no audio
    assert errors == []


@EVERY_TREE
def test_a_wrong_folder_says_what_was_looked_for_and_found(name: str, tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(ValueError, match=r"looked for .* found holiday\.jpg"):
        prepare(name, tmp_path, tmp_path / "out")
    with pytest.raises(ValueError, match="no folder"):
        prepare(name, tmp_path / "gone", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_recipes_load_without_torch() -> None:
    code = "import sys; from allears.data.recipes import CORPORA; list(CORPORA); import allears.data.prepare; "
    code += "print(sorted({'torch', 'lhotse', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
