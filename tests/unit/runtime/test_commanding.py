from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("hassil", reason="commands need the extra allears[commands]")
from allears import Session
from allears.commands.grammar import Grammar
from allears.formats.json_ import as_json
from allears.runtime.commanding import with_helpers
from allears.runtime.plan import make_plan
from allears.spec import Resolution, TaskSpec
from tests.unit.cli.fakes import SPEC

DEMO = Path(__file__).parents[3] / "src" / "allears" / "assets" / "demo.flac"
SPELLING = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, classes=("", "\u2581", "a"), file="ctc.onnx")


def plan_of(spec, *tasks):
    plan = make_plan(spec, tasks, is_language_known=True)
    return with_helpers(plan, spec, is_language_known=True)


def test_a_head_that_spells_is_run_and_the_decoder_is_not():
    plan = plan_of(replace(SPEC, tasks=(*SPEC.tasks, SPELLING)), "speech")
    assert plan.also == ("ctc",) and plan.transcribe is None and plan.asked == ("speech",)


def test_without_such_a_head_the_decoder_writes():
    assert plan_of(SPEC, "speech").transcribe == "transcribe"


def test_a_model_with_neither_is_refused():
    with pytest.raises(ValueError, match="a task that spells or transcribes"):
        plan_of(replace(SPEC, tasks=SPEC.tasks[1:]), "speech")


def test_the_shipped_model_understands_a_command():
    sentence = (
        "good evening the train to the (mountains|sea) leaves at {hour} please remember to bring a warm (coat|hat)"
    )
    data = {"language": "en", "intents": {"Remind": {"data": [{"sentences": [sentence]}]}}}
    grammar = Grammar({**data, "lists": {"hour": {"range": {"from": 1, "to": 12}}}})
    result = Session(num_threads=1).hear(DEMO, tasks=["speech"], language="en", commands=grammar)
    assert result.command is not None and result.command.is_accepted
    assert (result.command.intent, result.command.values) == ("Remind", {"hour": 7})
    assert list(result.answers) == ["speech"]  # what only helped is not answered
    assert as_json(result)["command"]["intent"] == "Remind"
