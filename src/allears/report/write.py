"""Sections -> files: one HTML page that needs no other file, PNGs beside it, or plain numbers.

In: sections. Out: `report.html` and `report/NAME.png`, each whole or not there; JSON text.
"""

from __future__ import annotations

import html
import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from allears import __version__
from allears.report.figures.style import TASK_COLOURS
from allears.report.page import Picture, Section

if TYPE_CHECKING:
    from allears.report.material import Material  # it needs torch, a page does not

__all__ = ["report_json", "write_page", "write_report"]

_UNIT = 96 / 72  # CSS pixels a point


def write_report(material: Material, sections: Sequence[Section], out: Path) -> list[Path]:
    """Write the page of a run: see `write_page`."""
    return write_page(material.run.name, material.run.tasks, sections, out)


def write_page(
    name: str, tasks: Sequence[str], sections: Sequence[Section], out: Path, *, verb: str = "report"
) -> list[Path]:
    """Write the page to `out` and its pictures into the folder beside it; returns the page first.

    Args:
        name: what the page is about, its heading.
        tasks: that have a colour on it.
        sections: its parts.
        out: name of the file.
        verb: of `allears`, that made the page and gives the numbers as JSON.

    Raises:
        ValueError: `out` is not an HTML file's name, or the folder cannot be written.
    """
    if out.suffix not in (".html", ".htm"):
        raise ValueError(f"--out {out}: give the name of an HTML file, for example {out.with_suffix('.html')}")
    folder = out.with_suffix("")
    files = [out, *(folder / f"{picture.name}.png" for section in sections for picture in section.pictures)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture in (picture for section in sections for picture in section.pictures):
            _write(folder / f"{picture.name}.png", picture.png)
        _write(out, _page(name, tasks, sections, folder.name, verb).encode())
    except OSError as error:
        raise ValueError(f"cannot write {out} ({error.strerror or error}): choose another --out") from error
    return files


def report_json(sections: Sequence[Section]) -> str:
    """Every section's numbers, sentences and alarms, by its name. What is not a finite number is null."""
    told = {
        section.name: {
            "says": list(section.says),
            "alarms": list(section.alarms),
            "missing": [{"what": missing.what, "how": missing.how} for missing in section.missing],
            **section.data,
        }
        for section in sections
    }
    return json.dumps(_plain(told), indent=2, ensure_ascii=False, allow_nan=False)


def _page(name: str, tasks: Sequence[str], sections: Sequence[Section], png_folder: str, verb: str) -> str:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=False)
    environment.tests |= {"numeric": _is_numeric, "empty_section": _is_empty}
    environment.filters |= {"width": _width, "code": _code}
    return environment.from_string(_text("page.html.j2")).render(
        title=f"{name}: allears {verb}",
        run_name=name,
        verb=verb,
        lead=sections[0].says[0] if sections and sections[0].says else "",
        tasks=tasks,
        colours=[TASK_COLOURS[index % len(TASK_COLOURS)] for index in range(len(tasks))],
        sections=sections,
        alarms=[(section.name, text) for section in sections for text in section.alarms],
        png_folder=png_folder,
        version=__version__,
        style=Markup(_text("style.css")),
        script=Markup(_text("script.js")),
    )


def _text(name: str) -> str:
    return resources.files("allears.report").joinpath("html", name).read_text(encoding="utf-8")


def _is_empty(section: Section) -> bool:
    """Nothing but what is missing."""
    return not (section.says or section.pictures or section.tables)


def _is_numeric(cell: str) -> bool:
    return bool(re.match(r"[-+−]?\d", cell)) and len(cell) < 24


def _width(picture: Picture) -> int:
    """Pixels the drawing is wide at its own size."""
    found = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+)', picture.svg)
    assert found is not None
    return round(float(found.group(1)) * _UNIT)


def _code(text: str) -> Markup:
    """`word` in a sentence as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text)))


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def _plain(value: Any) -> Any:
    """Mappings, lists and finite numbers all the way down."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
