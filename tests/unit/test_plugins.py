"""Plug-in folders, on folders made in the test."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from allears.plugins import Registry

MakeFolder = Callable[..., Registry[Any]]


@pytest.fixture
def make_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeFolder]:
    """`make_folder(apple="text of apple.py")`: the registry of a new package; its modules see it as `REGISTRY`."""
    import sys

    monkeypatch.syspath_prepend(str(tmp_path))
    package = "plugged_in_by_a_test"

    def make(**modules: str) -> Registry[Any]:
        (tmp_path / package).mkdir()
        init = f"from allears.plugins import Registry\nREGISTRY = Registry('fruit', {package!r}, 'test.fruits')\n"
        (tmp_path / package / "__init__.py").write_text(init)
        for name, text in modules.items():
            (tmp_path / package / f"{name}.py").write_text(f"from {package} import REGISTRY\n{text}")
        registry = importlib.import_module(package).REGISTRY
        assert isinstance(registry, Registry)
        return registry

    yield make
    for name in [name for name in sys.modules if name.startswith(package)]:
        del sys.modules[name]


def _offer(name: str) -> str:
    return f"@REGISTRY.register\ndef {name}():\n    return {name!r}\n"


def test_every_file_is_found(make_folder: MakeFolder) -> None:
    registry = make_folder(a=_offer("apple"), b=_offer("blood_orange") + _offer("lambda_"))
    assert list(registry) == ["apple", "blood-orange", "lambda"]
    assert len(registry) == 3
    assert registry["blood-orange"]() == "blood_orange"


def test_an_unknown_name_hints_at_the_nearest(make_folder: MakeFolder) -> None:
    registry = make_folder(a=_offer("apple") + _offer("pear"))
    with pytest.raises(ValueError, match=r"unknown fruit 'aple'\. Did you mean 'apple'\? There are: apple, pear"):
        registry["aple"]
    with pytest.raises(ValueError, match=r"unknown fruit 'zzz'\. There are: apple, pear"):
        registry["zzz"]


def test_two_of_one_name_are_an_error(make_folder: MakeFolder) -> None:
    registry = make_folder(a=_offer("apple"), b=_offer("apple"))
    with pytest.raises(ValueError, match=r"two fruits are called 'apple': rename plugged_in_by_a_test\.b\.apple"):
        list(registry)


def test_a_file_that_cannot_be_imported_is_never_passed_over(make_folder: MakeFolder) -> None:
    registry = make_folder(a=_offer("apple"), b="import a_library_nobody_has\n", c=_offer("cherry"))
    for _ in range(2):  # a second look must not say that cherry does not exist
        with pytest.raises(ModuleNotFoundError, match="a_library_nobody_has"):
            registry["cherry"]


def test_installed_packages_add_theirs(make_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = make_folder(a=_offer("apple"))
    asked: list[str] = []

    class Point:
        def load(self) -> None:
            @registry.register
            def mango() -> str:
                return "from elsewhere"

    def entry_points(*, group: str) -> list[Point]:
        asked.append(group)
        return [Point()]

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    assert registry["mango"]() == "from elsewhere"
    assert list(registry) == ["apple", "mango"]
    assert asked == ["test.fruits"]
