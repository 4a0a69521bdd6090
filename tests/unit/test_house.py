"""The house rules that a program can check: file sizes, docstrings, `__all__`, and who may import torch."""

from __future__ import annotations

import ast
import importlib
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from allears.plugins import Registry

SRC = Path(__file__).parents[2] / "src"
MAX_LINES = 500
LOOK_LINES = 300  # from here on, a file is looked at hard: it is listed in the output of this test
FILES = sorted(SRC.glob("allears/**/*.py"))
IDS = [str(file.relative_to(SRC)) for file in FILES]

TORCH_FREE = (
    "allears", "allears.archive", "allears.assistant", "allears.audio", "allears.cli.align", "allears.cli.app",
    "allears.cli.chat", "allears.cli.doctor", "allears.cli.enroll", "allears.cli.forget", "allears.cli.hear",
    "allears.cli.info", "allears.cli.keyword", "allears.cli.listen", "allears.cli.meet", "allears.cli.say",
    "allears.cli.serve", "allears.cli.understand", "allears.cli.voices", "allears.commands", "allears.data.check",
    "allears.data.manifest", "allears.data.prepare", "allears.data.readers", "allears.data.recipes",
    "allears.decode", "allears.formats", "allears.hybrid", "allears.keywords", "allears.meeting",
    "allears.meeting.formats", "allears.mel_scale", "allears.personal", "allears.plugins",
    "allears.runtime.session", "allears.runtime.voices", "allears.speaking", "allears.spec", "allears.stft",
    "allears.teacher_prosody", "allears.texts", "allears.understand.reader", "allears.user_data",
    "allears.vocabulary", "allears.voice_frames", "allears.voice_sound", "allears.voice_spec", "allears.wyoming",
)  # fmt: skip
LIGHT = ("allears", "allears.cli.app", "allears.spec", "allears.plugins")  # imported before anybody knows what is asked

EVERY_FILE = pytest.mark.parametrize("file", FILES, ids=IDS)


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@EVERY_FILE
def test_no_file_is_long(file: Path) -> None:
    num_lines = len(file.read_text(encoding="utf-8").splitlines())
    if num_lines > LOOK_LINES:
        logging.getLogger(__name__).warning("%s has %d lines: is it one idea?", file.relative_to(SRC), num_lines)
    assert num_lines <= MAX_LINES, "cut it at its ideas"


@EVERY_FILE
def test_all_is_sorted_and_true(file: Path) -> None:
    tree = _tree(file)
    names = _stated_all(tree)
    if names is None:
        return
    assert names == sorted(names, key=_kind_and_name), "sort __all__: CONSTANTS, Classes, functions"
    assert len(names) == len(set(names)), "a name is in __all__ twice"
    offered = set(_bound_names(tree))
    assert set(names) <= offered or "__getattr__" in offered, f"not defined: {set(names) - offered}"


@EVERY_FILE
def test_module_says_what_it_is(file: Path) -> None:
    tree = _tree(file)
    assert not tree.body or ast.get_docstring(tree), (
        "a file that has code needs a docstring: what is it, what goes in and out"
    )


@EVERY_FILE
def test_what_is_public_is_documented(file: Path) -> None:
    """Functions and classes named in `__all__`; a method that only carries out a protocol may be silent."""
    tree = _tree(file)
    public = set(_stated_all(tree) or ())
    bare = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name in public and not ast.get_docstring(node)]  # fmt: skip
    assert not bare, f"no docstring: {', '.join(bare)}"


def _registries() -> Iterator[tuple[str, str]]:
    """(module, name) of every plug-in registry, found by looking for `NAME: Registry[...] = Registry(...)`."""
    for file in FILES:
        module = ".".join(file.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
        for node in _tree(file).body:
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and "Registry" in ast.dump(node.annotation)
            ):
                yield module, node.target.id


@pytest.mark.parametrize(("module", "name"), list(_registries()))
def test_every_plug_in_has_a_docstring(module: str, name: str) -> None:
    if module not in TORCH_FREE:
        pytest.importorskip("torch", reason=f"{module} is on the training side: install the extra `train`")
    registry = getattr(importlib.import_module(module), name)
    assert isinstance(registry, Registry)
    bare = [entry for entry in registry if not registry[entry].__doc__]
    assert not bare, f"{name}: no docstring: {', '.join(bare)}"


def test_there_are_registries() -> None:
    assert {"BALANCERS", "DECODES", "ENCODERS", "FORMATS", "SHARINGS", "TASKS"} <= {name for _, name in _registries()}


def _imported_by(modules: tuple[str, ...], heavy: tuple[str, ...]) -> str:
    """Which of the heavy libraries importing the modules brings in, found out in a process of its own."""
    code = f"import importlib, sys\nfor m in {modules!r}: importlib.import_module(m)\n"
    code += f"print(' '.join(h for h in {heavy!r} if h in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_runtime_side_never_imports_torch() -> None:
    there = tuple(name for name in TORCH_FREE if _exists(name))
    assert _imported_by(there, ("torch", "lhotse", "pydantic", "transformers", "sklearn", "rich")) == ""


def test_the_server_never_imports_torch() -> None:
    """Its library brings pydantic; nothing else may come."""
    assert (
        _imported_by(("allears.server.app", "allears.cli.serve"), ("torch", "lhotse", "transformers", "sklearn")) == ""
    )


def test_the_command_starts_light() -> None:
    assert _imported_by(LIGHT, ("torch", "numpy", "onnxruntime", "soundfile", "soxr", "rich", "pydantic")) == ""


def _exists(module: str) -> bool:
    path = SRC.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def _kind_and_name(name: str) -> tuple[int, str]:
    """The order `ruff check --fix` puts `__all__` in."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def _stated_all(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def _bound_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
