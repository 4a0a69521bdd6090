"""The page that adds a task does add one: its file is registered, learns, and answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the page is about the training side: install the extra `train`")
yaml = pytest.importorskip("yaml")

from allears.config.schema import TaskSection  # noqa: E402
from allears.decode import DECODES  # noqa: E402
from allears.decode.base import WindowOutput  # noqa: E402
from allears.spec import ModelSpec  # noqa: E402
from allears.tasks import TASKS  # noqa: E402
from allears.tasks.base import LabelContext, Task  # noqa: E402

PAGE = (Path(__file__).parents[2] / "docs" / "add-a-task.md").read_text(encoding="utf-8")
CONTEXT = LabelContext(16_000, 50, 0.02)


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def added(tmp_path: Path) -> Iterator[Any]:
    """The module of the page, registered as long as the test runs."""
    (code,) = _blocks("python")
    before = set(TASKS)
    module = ModuleType("added_task")
    sys.modules["added_task"] = module
    exec(compile(code, "docs/add-a-task.md", "exec"), module.__dict__)
    yield module
    del sys.modules["added_task"]
    for name in set(TASKS) - before:
        del TASKS._builders[name]


def test_the_file_of_the_page_is_a_task_that_learns_and_answers(added: Any) -> None:
    torch.manual_seed(0)
    task: Task = TASKS["style"](**added.EXAMPLE.options)
    target = task.label.collate([task.label.encode(fields, CONTEXT) for fields in added.EXAMPLE.clips], 50)
    head, frames = task.head(16).eval(), torch.tensor([50, 50])
    features = torch.randn(2, 50, 16)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.01)
    for _ in range(30):
        loss = task.loss_per_clip(head, features, frames, target)
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
    output = head(features, frames).detach().numpy()
    model = ModelSpec("m", "1", 16_000, 0.02, 0.0, 30.0, 1, 16, (task.spec,))
    heard = [DECODES["top-one"]([WindowOutput(0.0, 1.0, row)], task.spec, model).label for row in output]
    assert heard == ["talk", "shout"]


def test_the_recipes_of_the_page_are_understood(added: Any) -> None:
    for block in _blocks("yaml"):
        for name, given in yaml.safe_load(block)["tasks"].items():
            section = TaskSection(**given)
            options = {k: ("a", "b") if isinstance(v, dict) else v for k, v in section.options.items()}
            task = TASKS[section.kind or name](name=name, **options)
            assert task.name == name


def test_what_the_page_says_to_build_from_is_there() -> None:
    rows = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("|") and "→ `" in line]
    rows = [[cell.strip() for cell in row] for row in rows if len(row) == 6]
    assert len(rows) > 8
    folder = Path(__file__).parents[2] / "src" / "allears"
    source = "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))
    for row in rows:
        kind, answer = re.findall(r"`(\w+)`", row[4])
        assert kind == "transcript" or kind.replace("_", "-") in list(DECODES)
        for name in [answer, *(n for cell in row[1:4] for n in re.findall(r"`(\w+)`", cell))]:
            assert re.search(rf"^(class|def) {name}\b", source, flags=re.MULTILINE), name
        assert (folder / "tasks" / re.findall(r"`(\w+\.py)`", row[5])[0]).is_file()
