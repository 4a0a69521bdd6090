"""docs/sharing.md names every way to share with its true options, and its table of costs is what the script counts."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from allears.sharing import SHARINGS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sharing.md"
GIVEN = {"reads", "dim", "num_layers"}


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("sharing_cost", ROOT / "scripts" / "sharing_cost.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows() -> dict[str, str]:
    """Kind -> its options, of the first table."""
    found = re.findall(r"^\| `([\w-]+)` \|[^|]*\|([^|]*)\|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: options.strip() for name, options in found}


def test_every_way_to_share_is_named() -> None:
    assert set(_rows()) == set(SHARINGS)


@pytest.mark.parametrize("name", list(SHARINGS))
def test_options_and_defaults_are_true(name: str) -> None:
    said = dict(re.findall(r"`(\w+)` ([\w.]+)", _rows()[name]))
    parameters = inspect.signature(SHARINGS[name]).parameters
    true = {key: parameter.default for key, parameter in parameters.items() if key not in GIVEN}
    assert {key: _plain(value) for key, value in said.items()} == true


def _plain(text: str) -> object:
    words = {"none": None, "false": False, "true": True}
    if text in words:
        return words[text]
    try:
        return float(text)
    except ValueError:
        return text


def test_costs_are_what_the_script_counts() -> None:
    assert _script().page() == PAGE.read_text(encoding="utf-8"), "run `python scripts/sharing_cost.py --write`"
