"""An adaptation as a page: what moved, which layers hear alike, what was forgotten; and what nobody can say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="needs the extra `report`")
pytest.importorskip("onnx", reason="needs the extra `train`")

from allears.cli.app import main
from allears.report.adapted import Adaptation, of_models, transfer_sections
from allears.report.page import Section
from allears.report.sections.forgetting import forgetting
from allears.report.sections.moved import moved
from allears.report.sections.similarity import similarity
from allears.report.transfer import Similarity, Transfer
from allears.transfer.forgetting import Column, Forgetting
from allears.transfer.stages import Stage
from tests.unit.compress.conftest import build
from tests.unit.transfer.small import write_clips, write_shifted

BEFORE, AFTER = Stage("base", Path("base")), Stage("cs", Path("cs"))


@dataclass(frozen=True)
class _Given:
    transfer: Transfer | None


def _forgotten(*rows: list[float], is_sequence: bool = True) -> Section:
    columns = (Column("en", "transcribe", "wer", False), Column("cz", "transcribe", "wer", False, int(is_sequence)))
    matrix = Forgetting(("base", "cs", "nl"), columns, np.array(rows), is_sequence)
    return forgetting(_Given(Transfer(BEFORE, (AFTER,), forgetting=matrix)))


def _alike(cka: np.ndarray) -> Section:
    return similarity(_Given(Transfer(BEFORE, (AFTER,), similarity={"cs": Similarity(cka, 3, 40)})))


def test_models_become_sections(tmp_path: Path) -> None:
    model = build(tmp_path / "model")
    asked = Adaptation(
        str(model), (str(write_shifted(tmp_path / "loud.npz", model)),), (write_clips(tmp_path / "tones"),)
    )
    told: list[str] = []
    what, alike, lost = transfer_sections(of_models(asked, told.append))
    assert what.data["loud"]["parts"]["encoder 0"]["feed-forward"] == pytest.approx(0.5, abs=1e-3)
    assert what.data["loud"]["whole"]["heads.tone"] == 0
    assert any("In the encoder feed-forward of layer 0 moved most" in text for text in what.says)
    cka = np.array(alike.data["loud"]["cka"])
    assert cka.shape == (3, 3) and cka[0, 0] == pytest.approx(1.0) and cka[1, 1] < 1.0
    assert alike.data["loud"]["rows"] == 8 * 2
    assert lost.data["stages"] == ["model", "loud"] and lost.pictures and lost.tables
    assert told[-1] == "comparing loud with model"


def test_nothing_to_compare_is_told() -> None:
    for section in (moved, similarity, forgetting):
        assert section(_Given(None)).missing


def test_what_cannot_be_compared_is_told() -> None:
    transfer = Transfer(BEFORE, (AFTER,), {"cs": "no weights alike"}, {"cs": "no rows"}, not_forgetting="no labels")
    given = _Given(transfer)
    assert [section(given).missing[0].how for section in (moved, similarity, forgetting)] == [
        "no weights alike", "no rows", "no labels",
    ]  # fmt: skip


def test_forgetting_in_words_and_alarms() -> None:
    section = _forgotten([0.10, np.nan], [0.12, 0.5], [0.11, 0.6])
    assert any("Average forgetting +5.50 points" in text for text in section.says)
    assert any("Backward transfer −5.50 points" in text for text in section.says)
    assert section.alarms == (
        "cs lost 2.0 points of transcribe wer on en (0.1 to 0.12).",
        "nl lost 10.0 points of transcribe wer on cz (0.5 to 0.6).",
    )
    assert section.tables[0].rows[1] == ("transcribe wer on cz", "cs", "–", "0.5", "0.6")


def test_side_by_side_has_no_sums() -> None:
    section = _forgotten([0.10, 0.9], [0.12, 0.5], [0.11, 0.8], is_sequence=False)
    assert any("cs and nl each began with base" in text for text in section.says)
    assert section.data["average_forgetting"] is None


def test_layers_of_as_many_are_told_by_the_diagonal() -> None:
    section = _alike(np.array([[1.0, 0.5], [0.5, 0.8]]))
    assert "Layer 1 changed most: 0.80 with what it was." in section.says
    assert "Below 0.9: layers 1." in section.says


def test_encoders_of_other_depth_are_told_by_what_is_most_alike() -> None:
    section = _alike(np.array([[0.9, 0.2, 0.1], [0.3, 0.4, 0.7]]))
    assert any("0 with 0 (0.90), 1 with 2 (0.70)" in text for text in section.says)


@pytest.mark.parametrize("shape", [(2, 2), (2, 3)])
def test_constant_layers_are_like_none(shape: tuple[int, int]) -> None:
    cka = np.full(shape, np.nan)
    says = " ".join(_alike(cka).says)
    assert "nan" not in says
    assert "constant" in says
    cka[1] = 0.5
    assert "0.50" in " ".join(_alike(cka).says)


def test_models_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folders = [build(tmp_path / place / "model (1)") for place in "abc"]
    found = of_models(Adaptation(str(folders[0]), tuple(map(str, folders[1:]))), lambda _: None)
    assert list(found.moved) == ["model (1) (2)", "model (1) (3)"]


def test_the_verb_writes_a_page_and_its_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = build(tmp_path / "model")
    adapter, clips = write_shifted(tmp_path / "loud.npz", model), write_clips(tmp_path / "tones")
    out = tmp_path / "page.html"
    given = ["report", "--before", str(model), "--after", str(adapter), "--clips", str(clips), "--out", str(out)]
    assert main(given) == 0
    assert capsys.readouterr().out.strip() == str(out)
    page = out.read_text()
    assert page.count("<svg") == 3 == len(list((tmp_path / "page").iterdir()))
    assert "What moved" in page and "Layers compared" in page and "What was forgotten" in page
    told = json.loads((tmp_path / "page-numbers.json").read_text())
    assert set(told) == {"moved", "similarity", "forgetting"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--before", "base"], "go together"),
        ([], "give runs, or models"),
        (["runs/a", "--before", "base", "--after", "b"], "and not both"),
        (["--before", "base", "--after", "b", "--clip", "a.wav"], "are about a run"),
        (["runs/a", "--split", "dev"], "give some"),
        (["runs/a", "--clips", "m.jsonl", "--task", "speech"], "--task is for"),
    ],
)
def test_what_does_not_go_together_is_refused(given: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *given]) != 0
    assert said in capsys.readouterr().err
