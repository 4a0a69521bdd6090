"""The page: self-contained, escaped, whole, the same twice."""

from __future__ import annotations

import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from allears.report.material import Material, collect
from allears.report.page import Section
from allears.report.sections.curves import curves
from allears.report.sections.labels import labels
from allears.report.sections.twins import twins
from allears.report.write import report_json, write_report
from tests.unit.report.conftest import MakeRun

VOID = {"meta", "br", "img", "link", "path", "use", "rect", "image", "circle", "line", "polygon"}


class _Balance(HTMLParser):
    """Every element that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for key, value in attrs if key == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for key, value in attrs if key == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture
def material(make_run: MakeRun) -> Material:
    return collect([make_run("run", {"language": 0.8, "speech": 0.9}, name="<b>&tones</b>").path])


@pytest.fixture
def page(material: Material, tmp_path: Path) -> str:
    """The text of a page with two pictures."""
    return write_report(
        material, [curves(material), twins(material), labels(material)], tmp_path / "out" / "page.html"
    )[0].read_text()


def test_the_page_needs_nothing_else(page: str, tmp_path: Path) -> None:
    outside = [link for link in re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?([^"\')\s>]+)', page) if "://" in link]
    assert outside == []
    assert "<link" not in page
    assert not list((tmp_path / "out").rglob("*.partial"))


def test_the_page_is_well_formed_and_names_are_escaped(page: str) -> None:
    parser = _Balance()
    parser.feed(page)
    assert parser.open == []
    assert "<b>&tones" not in page
    assert "&lt;b&gt;&amp;tones&lt;/b&gt;" in page
    assert "curves--t0--0" in parser.ids  # what the chips of the page look for


def test_colours_of_the_page_are_variables(page: str) -> None:
    drawings = "".join(re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL))
    assert "var(--t0)" in drawings
    assert not re.findall(r"#0072b2|#1d1d24|#6b6b78", drawings)
    assert "prefers-color-scheme: dark" in page


def test_the_same_run_gives_the_same_bytes(material: Material, tmp_path: Path) -> None:
    files = [write_report(material, [curves(material)], tmp_path / name / "page.html") for name in ("a", "b")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


def test_numbers_that_are_not_finite_are_null() -> None:
    told = json.loads(report_json([Section("a", "A", data={"x": math.nan, "y": [1.5, math.inf]})]))
    assert (told["a"]["x"], told["a"]["y"]) == (None, [1.5, None])


def test_another_suffix_is_an_error(material: Material, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"page\.html"):
        write_report(material, [], tmp_path / "page.pdf")
