"""Names that load their module when they are used, and not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from allears.lazy import lazy


def test_a_name_comes_from_its_module() -> None:
    assert lazy("xml", {"SAXException": "sax"})("SAXException").__name__ == "SAXException"


def test_another_name_tells_what_there_is() -> None:
    with pytest.raises(AttributeError, match="module 'xml' has no attribute 'dom': it offers a, b"):
        lazy("xml", {"b": "sax", "a": "sax"})("dom")


@pytest.mark.parametrize("package", ["allears.archive", "allears.assistant", "allears.commands"])
def test_a_package_loads_nothing_until_a_name_is_used(package: str) -> None:
    code = f"import sys, {package}; print([m for m in sys.modules if m.startswith({package!r} + '.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
