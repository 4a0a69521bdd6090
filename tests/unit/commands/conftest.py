from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("hassil", reason="commands need the extra allears[commands]")
from allears.commands.grammar import Grammar

DEMO = Path(__file__).parents[3] / "docs" / "examples" / "commands.yaml"


@pytest.fixture(scope="session")
def demo() -> Grammar:
    """The grammar of the docs."""
    return Grammar.load(DEMO)
