"""What the documentation says is so: its links, its commands, its code, and the page that is generated."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from allears.cli.app import build_parser, verbs
from allears.runtime.model_folder import DEFAULT_MODEL

ROOT = Path(__file__).parents[2]
FIRST = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES = [*FIRST, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "tasks").glob("*.md"))]
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
README_OUTPUT_LINES = 25

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=IDS)


def _blocks(page: Path, *languages: str) -> Iterator[str]:
    """Fenced code of these languages."""
    for match in re.finditer(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL):
        if match[1] in languages:
            yield match[2]


def _commands(page: Path) -> Iterator[list[str]]:
    """Commands of shell blocks, split as a shell would, comments left out."""
    for block in _blocks(page, "sh", "bash", "console"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words:
                yield words


@EVERY_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = {target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)}
    local = {target for target in targets if target and "://" not in target}
    missing = sorted(target for target in local if not (page.parent / target).exists())
    assert not missing, f"{page.name} links to files that do not exist: {missing}"


@EVERY_PAGE
def test_commands_are_understood(page: Path) -> None:
    """Every `allears ...` line is parsed by the command itself (not run); every `make ...` has its target."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for words in _commands(page):
        if Path(words[0]).name == "allears" and len(words) > 1:
            arguments = words[1 : words.index("|")] if "|" in words else words[1:]
            arguments = arguments[: arguments.index(">")] if ">" in arguments else arguments
            build_parser(arguments).parse_args(arguments)
        elif words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= targets, shlex.join(words)


@EVERY_PAGE
def test_python_blocks_are_python(page: Path) -> None:
    for block in _blocks(page, "python"):
        compile(block, str(page), "exec")


@pytest.mark.parametrize("name", ["README.md", "docs/start.md"])
def test_the_first_code_somebody_tries_runs(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not DEFAULT_MODEL.is_dir():
        pytest.skip(f"the model that ships is not there: {DEFAULT_MODEL}")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("ALLEARS_VOICES", str(tmp_path))
    monkeypatch.delenv("ALLEARS_MODEL", raising=False)
    for block in _blocks(ROOT / name, "python"):
        exec(compile(block, name, "exec"), {"__name__": "example"})


def test_readme_shows_real_output_briefly() -> None:
    (shown,) = _blocks(ROOT / "README.md", "text")
    assert len(shown.splitlines()) <= README_OUTPUT_LINES
    labels = {line.split()[0] for line in shown.splitlines() if re.match(r"  \w", line)}
    assert labels >= {"text", "words", "speech", "language", "voice", "emotion", "speed", "model"}


def test_the_page_of_the_command_is_up_to_date() -> None:
    path = ROOT / "scripts" / "make_cli_docs.py"
    spec = importlib.util.spec_from_file_location("make_cli_docs", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == module.page(), (
        "run python scripts/make_cli_docs.py"
    )


def test_the_page_of_the_command_has_every_verb() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(f"## allears {verb}\n" in text for verb in verbs())
