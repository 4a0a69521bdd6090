"""The order of things: stop, answers, commands, open language, and never a guess."""

from __future__ import annotations

import pytest

from allears.assistant.assistant import Assistant
from allears.assistant.grammar import SkillGrammar, grammar_data
from allears.assistant.heard import Heard
from allears.assistant.people import People
from allears.assistant.skill import Ask, Reply, Request, Skill
from allears.assistant.store import Store
from allears.commands.answer import Command
from allears.decode.answers import Choice, Segment, Transcript, Word
from allears.understand.answers import Meaning, SlotValue

GRAMMAR = """
intents:
  Echo:
    data:
      - sentences: ["say {word}", "say something"]
  Fail:
    data:
      - sentences: ["fail now"]
lists:
  word: {wildcard: true}
"""


class Sounds:
    def __init__(self) -> None:
        self.is_on = self.is_ducked = True

    def stop(self) -> bool:
        was, self.is_on = self.is_on, False
        return was


def echo_skill(sounds: Sounds | None = None) -> Skill:
    def echo(request: Request) -> Reply:
        if "word" not in request.values:
            return Reply("Say what?", ask=Ask("word"))
        name = f" to {request.who}" if request.who else ""
        return Reply(f"{request.values['word']}{name}. That was all.")

    def fail(request: Request) -> Reply:
        raise RuntimeError("a bug of somebody's")

    made = sounds or Sounds()
    meanings = {"speak": ("Echo", {"word": "what"})}
    return Skill("echo", GRAMMAR, {"Echo": echo, "Fail": fail}, stop=made.stop, meanings=meanings)


def test_a_question_is_answered_and_the_person_is_passed_on() -> None:
    assistant = Assistant([echo_skill()])
    assert assistant.hear_text("say something").is_question
    answer = assistant.hear_text("Hello, world!", "Ann")
    assert (answer.text, answer.skill, answer.intent) == ("Hello, world to Ann. That was all.", "echo", "Echo")


def test_another_command_drops_the_question() -> None:
    assistant = Assistant([echo_skill()])
    assistant.hear_text("say something")
    assert assistant.hear_text("say no").text == "no. That was all."
    assert assistant.hear_text("anything").text == "Sorry, what did you say?"


@pytest.mark.parametrize("text", ["Stop!", "be quiet", "Computer, stop."])
def test_stop_goes_before_everything(text: str) -> None:
    sounds = Sounds()
    assistant = Assistant([echo_skill(sounds)], names=["computer"])
    assistant.hear_text("say something")
    answer = assistant.hear_text(text)
    assert answer.is_stop
    assert not answer.text
    assert not sounds.is_on
    assert assistant.hear_text("nothing here").text == "Sorry, what did you say?"  # the question is gone


def test_never_mind_drops_the_question_aloud() -> None:
    assistant = Assistant([echo_skill()])
    assert assistant.hear_text("never mind").text == ""
    assistant.hear_text("say something")
    assert assistant.hear_text("never mind").text == "All right."


def test_what_is_not_understood_is_asked_twice_and_then_left() -> None:
    assistant = Assistant([echo_skill()])
    texts = [assistant.hear_text("blue moon").text for _ in range(3)]
    assert texts == ["Sorry, what did you say?", "I do not understand that.", ""]
    assistant.hear_text("say yes")
    assert assistant.hear_text("blue moon").text == texts[0]
    assert Assistant([echo_skill()], unclear="silent").hear_text("blue moon").text == ""
    assert assistant.hear_text("  ...").text == ""


def test_a_command_that_was_not_accepted_is_not_done() -> None:
    command = Command("Echo", confidence=0.49, text="say yes")
    assert Assistant([echo_skill()]).hear(Heard("say yes", command)).skill is None


def test_a_skill_that_fails_does_not_end_the_conversation(caplog: pytest.LogCaptureFixture) -> None:
    assistant = Assistant([echo_skill()])
    assert assistant.hear_text("fail now").text == "Something went wrong with that."
    assert "a bug of somebody's" in caplog.text
    assert assistant.hear_text("say yes").skill == "echo"


def meaning(intent: str, *, is_in_scope: bool = True, confidence: float = 0.9) -> Meaning:
    slots = (SlotValue("what", "cheese", 0, 1, 0.9),)
    return Meaning("x", "home", "d", 0.9, intent, confidence, slots, 1.0, is_in_scope)


@pytest.mark.parametrize(
    ("found", "skill"),
    [
        (meaning("speak"), "echo"), (meaning("other"), None), (meaning("speak", is_in_scope=False), None),
        (meaning("speak", confidence=0.3), None), (None, None),
    ],
)  # fmt: skip
def test_open_language_is_used_where_it_is_sure(found: Meaning | None, skill: str | None) -> None:
    answer = Assistant([echo_skill()]).hear(Heard("utter cheese", Command(None), meaning=found))
    assert answer.skill == skill
    assert answer.text.startswith("cheese" if skill else "Sorry")


def test_an_angry_voice_gets_one_sentence_and_no_greeting() -> None:
    assistant = Assistant([echo_skill()], people=People(Store(":memory:"), None))
    command = assistant.grammar.match("say yes")
    angry = assistant.hear(Heard("say yes", command, "Ann", emotion=Choice("anger", 0.95)))
    assert angry.text == "yes to Ann."
    assert angry.manner.gain < 1


def test_two_skills_with_one_intent_are_refused() -> None:
    with pytest.raises(ValueError, match="both have the intent 'Echo'"):
        grammar_data([echo_skill(), Skill("other", GRAMMAR, echo_skill().handlers)])


def test_an_intent_without_a_handler_is_refused() -> None:
    with pytest.raises(ValueError, match="'Fail' in only one of"):
        grammar_data([Skill("x", GRAMMAR, {"Echo": lambda r: Reply("")})])


def test_a_grammar_that_cannot_be_parsed_names_its_place() -> None:
    broken = GRAMMAR.replace('"say {word}"', '"say (hello"')
    with pytest.raises(ValueError, match="say \\(hello"):
        SkillGrammar.of([Skill("x", broken, echo_skill().handlers)])


def test_lists_of_skills_do_not_mix() -> None:
    own = "intents: {Pick: {data: [{sentences: ['pick {word}']}]}}\nlists: {word: {values: [red]}}"
    grammar = SkillGrammar.of([echo_skill(), Skill("pick", own, {"Pick": lambda r: Reply("")})])
    assert grammar.match("pick red").is_accepted
    assert not grammar.match("pick umbrellas").is_accepted
    assert grammar.match("say umbrellas").is_accepted


@pytest.mark.parametrize(("logprob", "is_sure"), [(-0.05, True), (-2.0, False)])
def test_a_sure_transcript_is_believed_without_the_sound(logprob: float, is_sure: bool) -> None:
    grammar = SkillGrammar.of([echo_skill()])
    segment = Segment(0.0, 1.0, "Say hello.", (Word("Say", 0.0, 0.5, 1.0),), mean_logprob=logprob)
    command = grammar.understand(
        (), (), frame_shift_s=0.02, transcript=Transcript((segment,), "en"), judge=None
    )  # fmt: skip
    assert command.intent == "Echo"
    assert command.is_accepted is is_sure
