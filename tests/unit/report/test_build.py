"""Every section on full, poor and empty logs: it says what it sees, what is missing, and never falls over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from allears.report.build import SECTIONS, build_sections
from allears.report.material import collect
from allears.report.page import Section
from allears.report.runs import Run, read_run
from allears.report.write import report_json, write_report
from tests.unit.conftest import tone
from tests.unit.report.conftest import MakeRun

BOTH = {"language": 0.8, "speech": 0.9}
CONFLICT = {
    "event": "conflict",
    "step": 1,
    "cosine": {"language": {"speech": -0.4}},
    "norm": {"language": 1.0, "speech": 30.0},
}
AFFINITY = {"event": "affinity", "step": 1, "affinity": {"language": {"speech": -0.2}, "speech": {"language": 0.1}}}
SHARING = {
    "event": "sharing", "step": 40, "layer_weights": {"language": [0.1, 0.2, 0.7], "speech": [0.34, 0.33, 0.33]},
    "task_vectors": {"language": [1.0, 0.0, 0.5], "speech": [0.9, 0.1, 0.5]},
}  # fmt: skip


def _section(name: str, *runs: Run, **more: Any) -> Section:
    """One section alone: the pictures of the others take time."""
    (build,) = (build for build in SECTIONS if build.__name__ == name)
    return build(collect([run.path for run in runs], **more))


def _said(section: Section) -> str:
    return " ".join([*section.says, *section.alarms])


@pytest.fixture
def rich(make_run: MakeRun) -> Run:
    return make_run("rich", BOTH, extra=[CONFLICT, AFFINITY, SHARING], balance={"kind": "uncertainty"})


def test_a_rich_log_fills_every_section_it_can(rich: Run) -> None:
    sections = {section.name: section for section in build_sections(collect([rich.path]))}
    assert len(sections) == len(SECTIONS)
    assert {name for name, section in sections.items() if section.pictures} >= {
        "curves", "conflict", "affinity", "weights", "labels", "sharing",
    }  # fmt: skip
    assert {picture.name for picture in sections["sharing"].pictures} == {"layers", "task-vectors"}
    assert "language and speech pull against each other (-0.40)" in _said(sections["conflict"])
    assert "speech's gradient is 30 times as long as language's" in _said(sections["conflict"])
    assert "language harms speech most" in _said(sections["affinity"])
    assert "language reads layer 2 most (70%), the highest" in _said(sections["sharing"])
    assert "speech reads all layers about evenly" in _said(sections["sharing"])
    assert "uncertainty gave speech the largest weight at the end, 41" in _said(sections["weights"])
    assert "still improving" in _said(sections["curves"])


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_an_empty_log_is_told_section_by_section(make_run: MakeRun, section: Any) -> None:
    run = make_run("poor", BOTH)
    (run.path / "log.jsonl").write_text("")
    found = section(collect([run.path]))
    assert isinstance(found, Section)
    assert found.missing
    assert all(missing.what and missing.how for missing in found.missing)


def test_a_starved_task_is_an_alarm(make_run: MakeRun) -> None:
    run = make_run("a", {**BOTH, "gender": 0.5})
    for record in run.records:
        if record["event"] == "train":
            record["labels_seen"]["gender"] = 1
    (run.path / "log.jsonl").write_text("".join(json.dumps(record) + "\n" for record in run.records))
    labels = _section("labels", run)
    assert len(labels.alarms) == 1
    assert labels.alarms[0].startswith("gender starves: 1 labels in 40 steps")


def test_twins_give_gains_and_the_alarm_names_groups(make_run: MakeRun, tmp_path: Path) -> None:
    joint = []
    for seed in (0, 1, 2):
        shift = 0.01 * seed
        scores = {"language": 0.6 + shift, "speech": 0.9 + shift}
        joint.append(make_run(f"joint-{seed}", scores, seed=seed, extra=[AFFINITY]))
        make_run(f"twins/language/seed-{seed}", {"language": 0.8 + 1.1 * shift}, seed=seed)
        make_run(f"twins/speech/seed-{seed}", {"speech": 0.8 + 1.1 * shift}, seed=seed)
    twins = _section("twins", *joint, twins=[tmp_path / "twins"])
    assert "speech clearly gains from the others." in twins.says
    assert twins.alarms[0].startswith("Negative transfer: language is −2")
    assert "language | speech" in twins.alarms[1]
    gains = twins.data["gains"]
    assert gains["language"]["relative"]["high"] < 0 < gains["speech"]["relative"]["low"]
    assert gains["speech"]["relative"]["mean"] == pytest.approx(np.mean([0.1 / 0.8, 0.099 / 0.811, 0.098 / 0.822]))
    assert [picture.name for picture in twins.pictures] == ["gains"]


def test_twins_that_were_trained_otherwise_are_told(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run("joint", BOTH)
    make_run(
        "twins/speech", {"speech": 0.7}, optim={"num_steps": 20, "lr": 1e-3, "schedule": "cosine", "warmup_steps": 0}
    )
    twins = _section("twins", run, twins=[tmp_path / "twins"])
    assert any("trained otherwise (optim.num_steps)" in alarm for alarm in twins.alarms)
    assert any(missing.what == "a twin of language" for missing in twins.missing)
    assert any("One seed on a side" in text for text in twins.says)


def test_an_adversary_is_not_judged_by_its_score(make_run: MakeRun, tmp_path: Path) -> None:
    tasks = {"language": {"classes": ["de", "en"]}, "speech": {"reverse": {"weight": 0.1}}}
    run = make_run("joint", BOTH, tasks=tasks)
    make_run("twins/speech", {"speech": 0.95})
    make_run("twins/language", {"language": 0.8})
    twins = _section("twins", run, twins=[tmp_path / "twins"])
    assert set(twins.data["gains"]) == {"language"}


def test_other_recipes_are_compared(make_run: MakeRun) -> None:
    runs = [
        make_run("a", BOTH),
        make_run("b", BOTH, seed=1),
        make_run("c", {**BOTH, "language": 0.9}, sharing={"kind": "mmoe"}),
    ]
    compare = _section("compare", *runs)
    (table,) = compare.tables
    assert [row[2] for row in table.rows] == ["2", "1"]
    assert table.rows[1][:2] == ("tones (2)", "sharing.kind mmoe")
    assert any(text == "language is best in tones (2) (0.9)." for text in compare.says)


def test_a_trained_run_becomes_a_page(trained: Path, corpus: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(0.6), 16_000)
    material = collect([trained], ood=[str(corpus), "nowhere.jsonl"], clip=tmp_path / "a.wav")
    sections = build_sections(material)
    by_name = {section.name: section for section in sections}
    assert by_name["conflict"].pictures
    assert by_name["affinity"].pictures
    assert by_name["clip"].pictures
    assert {row[0] for row in by_name["ood"].tables[0].rows} == {"speech", "language"}
    assert any("nowhere.jsonl" in missing.what for missing in by_name["ood"].missing)
    page, *pictures = write_report(material, sections, tmp_path / "report.html")
    assert page.read_text().count("<svg") == len(pictures) == len(list((tmp_path / "report").iterdir()))
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)
    told = json.loads(report_json(sections))
    assert told["summary"]["judged_by"]["language"] == "accuracy"
    assert set(told) == set(by_name)


def test_a_clip_that_cannot_be_read_is_told(trained: Path) -> None:
    clip = _section("clip", read_run(trained), clip="nowhere.wav")
    assert "nowhere.wav" in clip.missing[0].how


def test_a_run_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no run folder"):
        collect([tmp_path / "nowhere"])
