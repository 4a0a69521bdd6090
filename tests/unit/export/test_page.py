"""The code in docs/export.md runs, and says what our own runtime says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the tiny model is exported with the extra `train`")

from allears.decode.segments import sigmoid
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.vocabulary import Vocabulary

PAGE = Path(__file__).parents[3] / "docs" / "export.md"


def test_plain_onnxruntime_hears_the_same(
    plain_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model").symlink_to(plain_folder)
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert len(code.splitlines()) <= 20
    made: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), made)

    parts = Parts(ModelFolder(plain_folder), num_threads=1)
    layers = parts.encode(made["audio"][0])
    np.testing.assert_allclose(made["layers"], layers, atol=1e-5)
    np.testing.assert_allclose(made["speech"], sigmoid(parts.head("speech", layers))[:, 0], atol=1e-5)
    assert 1 <= len(made["tokens"]) <= 50
    vocabulary = Vocabulary.load(plain_folder / "vocabulary.txt")
    assert capsys.readouterr().out.rstrip("\n") == vocabulary.decode(made["tokens"]).rstrip("\n")


def test_the_table_names_what_is_there(plain_folder: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [path.name for path in plain_folder.iterdir() if f"`{path.name}`" not in text]
    assert not missing
