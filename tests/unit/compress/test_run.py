"""From a model to a smaller one: parts that a task needs stay out, budgets refuse, nothing is left half done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("pydantic", reason="needs the extra `train`")

from allears.compress.plan import Step, choose, ending_in_int8, read_methods
from allears.compress.run import Wanted, compress
from allears.runtime.model_folder import ModelFolder
from allears.scoring.folder import ClipSound

INT8 = (Step("int8-dynamic", {"min_bytes": 0}),)
ROUGH = (Step("magnitude", {"min_bytes": 0, "amount": 0.9, "scope": "layer"}),)
QUIET = {"has_memory": False}


def test_it_gets_smaller(small: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    lines: list[str] = []
    wanted = Wanted(steps=INT8, name="smaller", **QUIET)
    done = compress(small.path, tmp_path / "out", wanted, sounds, tell=lines.append)
    assert [stage.name for stage in done.stages] == ["before", "int8-dynamic"]
    before, after = done.stages
    assert after.num_bytes < 0.5 * before.num_bytes
    assert {row.task for row in done.rows} == {"tone", "voice"} and not done.broken
    assert [one.unit for one in after.units] == ["encoder", "encoder.layers.0", "encoder.layers.1", "tone", "voice"]
    assert ModelFolder(tmp_path / "out").spec == replace(small.spec, name="smaller")
    assert any(line.startswith("plan: int8-dynamic") for line in lines)
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "the folder of trials is gone"


def test_a_part_that_a_task_needs_stays_out(small: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    budgets = {"voice.agreement": 0.5, "tone": 100.0, "voice": 100.0}
    wanted = Wanted(steps=ROUGH, budgets=budgets, **QUIET)
    done = compress(small.path, tmp_path / "out", wanted, sounds)
    reasons = {one.unit: one.reason for one in done.stages[-1].units}
    assert "voice.agreement" in reasons["voice"]
    assert not reasons["tone"], "the other head is changed"
    (agreement,) = (row for row in done.rows if (row.task, row.metric) == ("voice", "agreement"))
    assert agreement.points is not None and agreement.points >= -0.5
    before, after = (folder / "voice.onnx" for folder in (small.path, tmp_path / "out"))
    assert before.read_bytes() == after.read_bytes()


def test_together_they_may_break_what_none_breaks_alone(
    small: ModelFolder, sounds: list[ClipSound], tmp_path: Path
) -> None:
    budgets = {"voice.agreement": 0.5, "tone": 100.0, "voice": 100.0}
    wanted = Wanted(steps=ROUGH, budgets=budgets, has_table=False, **QUIET)
    done = compress(small.path, tmp_path / "out", wanted, sounds)
    assert any("with the others" in one.reason for one in done.stages[-1].units)
    assert not done.broken


def test_what_was_int8_is_int8_again_untried(small: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    compress(small.path, tmp_path / "int8", Wanted(steps=INT8, **QUIET))
    budgets = {"voice.agreement": -1.0, "tone": 100.0}  # nothing is good enough: whatever is tried goes back
    done = compress(tmp_path / "int8", tmp_path / "out", Wanted(steps=INT8, budgets=budgets, **QUIET), sounds,
                    is_forced=True)  # fmt: skip
    before, after = done.stages
    assert after.num_bytes == pytest.approx(before.num_bytes, rel=0.03)  # names in the graphs
    assert not any(one.reason or one.rows for one in after.units)
    assert all(row.points == pytest.approx(0.0, abs=1e-6) for row in done.rows if row.metric == "agreement")


def test_a_plan_for_an_int8_model_ends_in_int8() -> None:
    int4 = Step("int4-weights")
    assert ending_in_int8((int4,)) == (int4, Step("int8-dynamic"))
    assert ending_in_int8((int4, *INT8)) == (int4, *INT8)


def test_what_breaks_a_budget_is_refused(small: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    student = (Step("magnitude", {"min_bytes": 1}),)
    wanted = Wanted(steps=student, budgets={"tone.agreement": 0.0, "voice.agreement": -0.1}, **QUIET)
    done = compress(small.path, tmp_path / "out", wanted, sounds)
    assert done.is_refused and "voice.agreement" in done.broken
    assert not (tmp_path / "out").exists()
    forced = compress(small.path, tmp_path / "out", wanted, sounds, is_forced=True)
    assert not forced.is_refused and (tmp_path / "out" / "encoder.onnx").exists()


def test_tasks_may_be_left_out_and_renamed(small: ModelFolder, tmp_path: Path) -> None:
    wanted = Wanted(steps=INT8, without=("voice",), renamed={"tone": "pitch"}, **QUIET)
    done = compress(small.path, tmp_path / "out", wanted)
    made = ModelFolder(tmp_path / "out")
    assert [task.name for task in made.spec.tasks] == ["pitch"]
    assert sorted(path.name for path in made.path.glob("*.onnx")) == ["encoder.onnx", "tone.onnx"]
    assert not done.rows, "nothing was measured"


def test_a_budget_needs_clips(small: ModelFolder, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"give clips with --measure"):
        compress(small.path, tmp_path / "out", Wanted(budgets={"wer": 1.0}))


def test_a_budget_of_nothing_is_told(small: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"names \['wer'\], but what the clips measure is: accuracy"):
        compress(small.path, tmp_path / "out", Wanted(steps=INT8, budgets={"wer": 1.0}, **QUIET), sounds)


def test_methods_are_read() -> None:
    one, two = read_methods("structured:heads=0.5:layers=2, int8-dynamic")
    assert (one.name, dict(one.options), two.name) == ("structured", {"heads": 0.5, "layers": 2}, "int8-dynamic")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("int8-dynamic,structured", "structured after one that rounds"),
        ("int8dynamic", "Did you mean 'int8-dynamic'"),
        ("structured:heads", "as in structured:heads=0.5"),
        ("structured:hats=1", r"unknown option --methods structured.hats. Did you mean 'heads'"),
        (" ,", "names none"),
    ],
)
def test_wrong_methods_are_told(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_methods(text)


def test_no_plan_is_small_enough(small: ModelFolder, caplog: pytest.LogCaptureFixture) -> None:
    assert [step.name for step in choose(small, None, has_recovery=False)] == ["int8-dynamic"]
    with caplog.at_level("WARNING"):
        choose(small, 0.001, has_recovery=False)
    assert "leave tasks out" in caplog.text
