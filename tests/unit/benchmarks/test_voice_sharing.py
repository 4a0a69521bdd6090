"""The runs of dialects together, tied and apart: what each learns from, and how the table reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="install the extra `train`")

from voice_sharing.clips import prepare
from voice_sharing.plan import ALL, JOINT, OTHERS, SEPARATE, SOFT, TIED, WITHOUT_LM, Run, plan, recipe_of
from voice_sharing.report import cells_of, render

from allears.tasks.masked_phones import write_example_spec

DIALECTS = ("en-GB", "en-US", "fr-CA")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLEARS_WORK", str(tmp_path))
    write_example_spec(tmp_path)
    rows = [
        {"id": f"{dialect}-{n}", "audio": f"{n}.flac", "teacher": f"{n}.npz", "duration_s": 20.0, "accent": dialect,
         "phones": "abc", "split": "dev" if n == 0 else "train"}
        for dialect in DIALECTS for n in range(10)
    ]  # fmt: skip
    (tmp_path / "speech.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name in ("phones", "letters"):
        row = {"id": name, "audio": "none", "accent": "en-US", "split": "train"}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
    return tmp_path


def test_a_cell_has_every_method_and_a_run_is_planned_once() -> None:
    runs = list(plan(DIALECTS, [5.0, ALL], [0]))
    keys = [run.key for run in runs]
    assert len(keys) == len(set(keys)) == (5 * 3 + 3) + (3 + 2 * 3)  # others are done with the first cells
    assert "joint/all/all/seed-0" in keys and "joint/en-US/5/seed-0" in keys
    assert keys.index("others/fr-CA/all/seed-0") < keys.index("tied/fr-CA/5/seed-0")
    with pytest.raises(ValueError, match="no method hard"):
        list(plan(DIALECTS, [5.0], [0], ["hard"]))
    with pytest.raises(ValueError, match="shares with nobody"):
        list(plan(["en-US"], [5.0], [0]))


def _sources(run: Run, data: Path) -> dict[str, list[str]]:
    return {Path(one.manifest).stem: one.where["accent"] for one in recipe_of(run, data, data).data.train}


def test_each_method_learns_from_its_own(data: Path) -> None:
    joint = _sources(Run(JOINT, "en-US", 5.0, 0, DIALECTS), data)
    assert joint["speech"] == ["en-GB", "fr-CA"] and joint["speech-en-US-5"] == ["en-US"]
    alone = _sources(Run(SEPARATE, "en-US", 5.0, 0, ("en-US",)), data)
    assert "speech" not in alone and alone["letters"] == ["en-US"]
    others = _sources(Run(OTHERS, "en-US", ALL, 0, ("en-GB", "fr-CA")), data)
    assert others["speech"] == ["en-GB", "fr-CA"]


def test_each_method_changes_one_thing(data: Path) -> None:
    plain = recipe_of(Run(JOINT, "en-US", 5.0, 0, DIALECTS), data, data, steps=7)
    assert "masked-phones" in plain.tasks and plain.optim.num_steps == 7 and plain.init is None
    bare = recipe_of(Run(WITHOUT_LM, "en-US", 5.0, 0, DIALECTS), data, data)
    assert set(plain.tasks) - set(bare.tasks) == {"masked-phones"}
    assert recipe_of(Run(SOFT, "en-US", 5.0, 0, DIALECTS), data, data).sharing.kind == "soft"
    tied = recipe_of(Run(TIED, "en-US", 5.0, 3, ("en-US",)), data, data)
    assert tied.init is not None and tied.init.from_.endswith("runs/others/en-US/all/seed-3")
    assert [one.kind for one in tied.regularise] == ["l2-sp"]


def test_minutes_are_counted_and_paths_are_whole(data: Path) -> None:
    out = data / "out"
    found = prepare([data], out, [1.0, ALL])
    assert found == pytest.approx(dict.fromkeys(DIALECTS, 3.0))
    rows = [json.loads(line) for line in (out / "speech-en-US-1.jsonl").read_text().splitlines()]
    assert len(rows) == 3 and all(Path(row["teacher"]).is_absolute() and row["split"] == "train" for row in rows)
    assert json.loads((out / "letters.jsonl").read_text())["audio"] == "none"
    limited = prepare([data], data / "few", [1.0], limit=2)
    assert limited == pytest.approx(dict.fromkeys(DIALECTS, 2 / 3))


def test_the_best_of_a_row_is_bold() -> None:
    def result(method: str, mcd: float, minutes: float = 5.0) -> dict[str, object]:
        return {"method": method, "minutes": minutes, "measured": {"en-US": {"mcd_db": mcd, "phone_error": None}}}

    text = render(cells_of([result(JOINT, 5.0), result(JOINT, 6.0), result(SEPARATE, 7.25), result(JOINT, 4.0, ALL)]))
    assert "| en-US | 5 | **5.50** | 7.25 |" in text and "| en-US | all | 4.00 | - |" in text
    assert text.index("| en-US | 5 |") < text.index("| en-US | all |")
    with pytest.raises(ValueError, match="no run is finished"):
        render({})
