"""Keywords are remembered, replaced and erased."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from allears.keywords.background import Tail
from allears.keywords.keyword import Keyword
from allears.keywords.store import KeywordStore, keywords_folder

TEMPLATE = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    store = KeywordStore(tmp_path / "kw")
    assert store.load() == ()
    path = store.save(Keyword("Hé / you", "m 1", ("hey you",), (TEMPLATE,), 1, 0.5, {"examples": Tail(0.7, 0.02, 3.0)}))
    assert path.stat().st_mode & 0o077 == 0
    (again,) = store.load("m 1")
    assert (again.name, again.spellings, again.false_accepts_per_hour) == ("Hé / you", ("hey you",), 0.5)
    assert again.tails == {"examples": Tail(0.7, 0.02, 3.0)}
    np.testing.assert_allclose(again.templates[0], TEMPLATE, atol=1e-3)
    assert [file.name for file in (tmp_path / "kw").iterdir()] == [path.name], "no temporary file stays"


def test_a_name_in_any_case_is_the_same_keyword(tmp_path: Path) -> None:
    store = KeywordStore(tmp_path)
    store.save(Keyword("Computer", "m 1", ("computer",)))
    store.save(Keyword("computer", "m 1", ("computer", "hey computer")))
    assert [len(keyword.spellings) for keyword in store.load()] == [2]
    store.remove("COMPUTER")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="there are none"):
        store.remove("computer")


def test_examples_of_another_model_are_not_used_spellings_are(tmp_path: Path, caplog) -> None:
    store = KeywordStore(tmp_path)
    store.save(Keyword("a", "old 1", (), (TEMPLATE,)))
    store.save(Keyword("b", "old 1", ("b",)))
    with caplog.at_level(logging.WARNING):
        assert [keyword.name for keyword in store.load("new 2")] == ["b"]
    assert "1 keywords" in caplog.text
    assert "a (old 1)" in caplog.text


def test_a_damaged_file_is_told(tmp_path: Path, caplog) -> None:
    (tmp_path / "x.npz").write_bytes(b"PK\x03\x04 no")
    with caplog.at_level(logging.WARNING):
        assert KeywordStore(tmp_path).load() == ()
    assert "x.npz is not a keyword" in caplog.text


def test_a_keyword_is_something(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither a spelling nor an example"):
        Keyword("a", "m 1")
    with pytest.raises(ValueError, match="needs a name"):
        Keyword(" ", "m 1", ("a",))
    monkeypatch.setenv("ALLEARS_KEYWORDS", str(tmp_path))
    assert keywords_folder() == tmp_path
