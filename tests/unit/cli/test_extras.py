"""Which extra is named for a library that is not there."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from allears.cli import _extras
from allears.cli.app import main, verbs

REQUIRES = ["numpy>=2.0", "hassil<4,>=3.12; extra == 'commands'", 'python-multipart>=0.0.20; extra == "server"']
REQUIRES += [f"{name}; extra == '{extra}'" for name, extra in [("onnx", "probe"), ("onnx", "test"), ("onnx", "train")]]


def _absent(name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.fixture(autouse=True)
def _our_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda name: REQUIRES)


@pytest.mark.parametrize(
    ("name", "extra"),
    [("hassil.parse", "commands"), ("python_multipart", "server"), ("torch", "train"), ("onnx", "train")],
)
def test_the_extra_that_asks_for_it(name: str, extra: str) -> None:
    said = _extras.missing(_absent(name), None)
    assert said.endswith(f"needs {name.partition('.')[0]}, which is not installed: pip install 'allears[{extra}]'")


def test_a_verb_that_names_its_extra_is_believed() -> None:
    verb = ModuleType("verb")
    verb.EXTRA = "probe,report"  # type: ignore[attr-defined]
    assert "pip install 'allears[probe,report]'" in _extras.missing(_absent("hassil"), verb)


def test_one_of_our_own_modules_is_a_bug() -> None:
    with pytest.raises(ModuleNotFoundError):
        _extras.missing(_absent("allears.gone"), None)


def test_verbs_name_extras_that_there_are() -> None:
    import tomllib
    from pathlib import Path

    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    known = project["project"]["optional-dependencies"].keys()
    for module in verbs().values():
        named = getattr(importlib.import_module(module), "EXTRA", "train")
        assert set(named.split(",")) <= known, module


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hybrid", "train", "none.jsonl", "--out", "x"]) == 2
    assert "there is no file or folder 'none.jsonl': check the name" in capsys.readouterr().err
