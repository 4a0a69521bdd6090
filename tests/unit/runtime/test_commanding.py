from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("hassil", reason="commands need the extra allears[commands]")
from allears import Session
from allears.audio import SAMPLE_RATE, open_audio
from allears.commands.answer import Command
from allears.commands.grammar import Grammar
from allears.formats.json_ import as_json
from allears.runtime.clock import Clock
from allears.runtime.commanding import command_of, with_helpers
from allears.runtime.hearing import Hearing
from allears.runtime.plan import make_plan
from allears.spec import Resolution, TaskSpec
from tests.unit.cli.fakes import SPEC
from tests.unit.runtime.test_hearing import CTC, LOUD, MODEL, QUIET, SPEECH, TEXT, UNITS, FakeParts

DEMO = Path(__file__).parents[3] / "src" / "allears" / "assets" / "demo.flac"
SPELLING = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, classes=("", "\u2581", "a"), file="ctc.onnx")


@dataclass
class Commands:
    language: str = "en-GB"
    attention: float = 0.5

    def understand(self, outputs, names, **more):
        self.given = {"outputs": outputs, "names": names, **more}
        return Command("Heard")


def plan_of(spec, *tasks, **commands):
    plan = make_plan(spec, tasks, is_language_known=True)
    return with_helpers(plan, spec, Commands(**commands), is_language_known=True)


def with_head(**decode):
    return replace(SPEC, tasks=(*SPEC.tasks, replace(SPELLING, decode={"kind": "ctc", **decode})))


def test_a_head_that_spells_is_run_and_the_decoder_judges():
    plan = plan_of(with_head(), "speech")
    assert plan.also == ("ctc",) and plan.transcribe is None and plan.asked == ("speech",)
    assert plan.judge == "transcribe" and {"ctc", "transcribe"} <= set(plan.networks)


@pytest.mark.parametrize("commands", [{"attention": 0.0}, {"language": "tlh"}])
def test_nobody_judges_who_is_not_asked_or_does_not_know_the_language(commands):
    plan = plan_of(with_head(), "speech", **commands)
    assert plan.judge is None and plan.also == ("ctc",) and "transcribe" not in plan.networks


def test_a_head_that_spells_other_languages_is_no_help():
    assert plan_of(with_head(languages=["en"]), "speech", language="en").also == ("ctc",)
    plan = plan_of(with_head(languages=["en"]), "speech", language="de")
    assert plan.also == () and plan.transcribe == "transcribe" and plan.judge is None


def test_of_two_heads_that_spell_letters_are_searched():
    letters = replace(SPELLING, name="letters", file="letters.onnx")
    both = replace(SPEC, tasks=(*SPEC.tasks, SPELLING, letters))
    assert plan_of(both, "speech").also == ("letters",)
    assert plan_of(replace(SPEC, tasks=(*SPEC.tasks, SPELLING)), "speech").also == ("ctc",)


def test_what_was_heard_is_passed_on():
    model = replace(MODEL, tasks=(TEXT, SPEECH, CTC))
    for audio, is_spoken, num_windows in ((LOUD, True, 1), (QUIET, False, 1), (np.tile(LOUD, 25), True, 3)):
        plan = with_helpers(
            make_plan(model, ["speech"], is_language_known=True), model, Commands(), is_language_known=True
        )
        hearing = Hearing(FakeParts(), model, plan, language="en", allowed=None, clock=Clock())
        answers, commands = hearing.hear(open_audio(audio, sample_rate=SAMPLE_RATE)), Commands()
        command = command_of(commands, hearing, plan, model, answers)
        assert (command == Command("Heard")) is is_spoken
        if is_spoken:
            assert commands.given["names"] == UNITS and commands.given["transcript"] is None
            assert (commands.given["judge"] is not None) is (num_windows == 1), "a clip is one command"


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
