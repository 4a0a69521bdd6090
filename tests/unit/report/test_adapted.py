"""A run that began with another one's weights, compared with what it began with."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib", reason="needs the extra `report`")
pytest.importorskip("torch", reason="needs the extra `train`")

from allears.config.load import parse_recipe
from allears.report.adapted import Adaptation, of_runs
from allears.report.build import build_sections
from allears.report.material import collect
from allears.report.runs import read_run
from allears.report.transfer import Transfer
from allears.train.run import run_recipe
from allears.transfer.moved import Moved
from tests.unit.report.conftest import recipe_of


@pytest.fixture(scope="module")
def adapted(trained: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two steps on, the heads frozen by nobody: the run of an adaptation to `cs`."""
    folder = tmp_path_factory.mktemp("adapted") / "cs" / "run"
    sources = {split: [{"manifest": str(corpus), "split": split}] for split in ("train", "dev")}
    recipe = recipe_of(["speech", "language"], data=sources | {"max_clips": 6}, device="cpu")
    recipe |= {"optim": {"num_steps": 2, "lr": 1e-3}, "evaluate": {"every_steps": 2}}
    recipe |= {"init": {"from": str(trained), "parts": ["encoder", "heads", "sharing"]}}
    run_recipe(parse_recipe(recipe), folder)
    return folder


def _compared(run: Path) -> Transfer:
    found = of_runs([read_run(run)], Adaptation(), lambda _: None)
    assert found is not None
    return found


def test_what_moved_is_against_the_first_step(adapted: Path) -> None:
    transfer = _compared(adapted)
    assert transfer.before.is_start and [stage.name for stage in transfer.after] == ["cs"]
    moved = transfer.moved["cs"]
    assert isinstance(moved, Moved) and not (moved.new or moved.gone or moved.reshaped)
    assert all(0 < (change.relative or 0) < 1 for change in moved.whole.values())
    assert set(moved.parts["encoder 0"]) >= {"recurrent", "norm"}


def test_layers_are_compared_on_its_own_dev_clips(adapted: Path) -> None:
    alike = _compared(adapted).similarity["cs"]
    assert not isinstance(alike, str) and alike.cka.shape == (3, 3)
    assert alike.cka.diagonal().min() > 0.8, alike.cka


def test_the_page_of_such_a_run_has_the_sections(adapted: Path) -> None:
    material = collect([adapted], adapted=lambda runs: of_runs(runs, Adaptation(), lambda _: None))
    sections = {section.name: section for section in build_sections(material)}
    assert sections["moved"].pictures and sections["similarity"].pictures
    assert "--old MANIFEST" in sections["forgetting"].missing[0].how


def test_a_run_from_nothing_was_not_adapted(trained: Path) -> None:
    assert of_runs([read_run(trained)], Adaptation(), lambda _: None) is None
