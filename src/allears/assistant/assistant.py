"""The assistant: what was heard becomes a reply. No sound is made here, and none is needed: a text will do.

In: `Heard`. Out: an `Answer`. The order is: words that always work (stop, never mind); answers to what was asked; the
skills' grammar; open language, if there is a model of it; and else a short question or silence, never a guess.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from allears.assistant.grammar import SkillGrammar
from allears.assistant.heard import Heard
from allears.assistant.local_words import local_word, without
from allears.assistant.manners import USUAL, Manner, manner_of, words_for
from allears.assistant.people import People
from allears.assistant.questions import Question, answered
from allears.assistant.skill import Reply, Request, Skill
from allears.texts import plain_words

__all__ = ["Answer", "Assistant", "Unclear"]

log = logging.getLogger(__name__)

Unclear = Literal["ask", "silent"]
_MOST_UNCLEAR = 2  # questions in a row, then silence: nobody may be speaking to us
_SURE = 0.6  # confidence of open language from which it is acted on


@dataclass(frozen=True)
class Answer:
    """What comes of an utterance.

    Attributes:
        text: to be spoken; empty for silence.
        note: to be shown.
        skill, intent: that answered; None if none did.
        manner: how it is spoken.
        is_question: whether an answer is waited for.
        is_stop: whether everything that sounds is to be quiet.
    """

    text: str = ""
    note: str = ""
    skill: str | None = None
    intent: str | None = None
    manner: Manner = USUAL
    is_question: bool = False
    is_stop: bool = False


class Assistant:
    """See the module.

    Args:
        skills: what it can do.
        names: it is called by, such as its wake words.
        unclear: what is done about words that nothing understands.
        people: greets and asks; nobody is greeted if None.
    """

    def __init__(
        self, skills: Sequence[Skill], *, names: Sequence[str] = (), unclear: Unclear = "ask",
        people: People | None = None,
    ) -> None:  # fmt: skip
        self.skills, self.names = tuple(skills), tuple(names)
        self.grammar = SkillGrammar.of(self.skills, [plain_words(name) for name in names])
        self._homes = {intent: skill for skill in self.skills for intent in skill.handlers}
        self._meanings = {label: (skill, *to) for skill in self.skills for label, to in skill.meanings.items()}
        self._unclear, self._people = unclear, people
        self._question: Question | None = None
        self._num_unclear = 0

    def another(self) -> Assistant:
        """The same skills in a conversation of its own: what is asked in one is not answered in the other."""
        other = copy.copy(self)
        other._question, other._num_unclear = None, 0
        return other

    def hear_text(self, text: str, who: str | None = None) -> Answer:
        """The answer to a text."""
        return self.hear(Heard(text, self.grammar.match(without(self.names, text)), who))

    def hear(self, heard: Heard) -> Answer:
        """The answer to what was heard; without text for what needs none."""
        heard = replace(heard, text=without(self.names, heard.text))
        if not plain_words(heard.text):
            return Answer()
        if (word := local_word(heard.text)) is not None:
            return self._local(word)
        if self._people is not None and self._people.is_asking:
            said = self._people.answer(heard)
            if said:
                return Answer(said, is_question=self._people.is_asking)
        return self._with_people(heard, self._answer(heard))

    def due(self) -> list[str]:
        """What is to be said unasked by now."""
        return [text for skill in self.skills for text in skill.due()]

    def stop(self) -> bool:
        """End all that skills make heard; whether anything was."""
        return sum(skill.stop() for skill in self.skills) > 0  # every one is asked

    def duck(self, is_on: bool) -> None:
        """Make what sounds quiet while somebody speaks, and as before."""
        for skill in self.skills:
            skill.duck(is_on)

    def close(self) -> None:
        """End what the skills started."""
        for skill in self.skills:
            skill.close()

    def _local(self, word: Literal["stop", "never mind"]) -> Answer:
        was_asking = self._question is not None or (self._people is not None and self._people.is_asking)
        self._question = None
        if self._people is not None:
            self._people.drop()
        if word == "stop":
            self.stop()
            return Answer(is_stop=True)
        return Answer("All right." if was_asking else "", is_stop=True)

    def _answer(self, heard: Heard) -> Answer:
        question, self._question = self._question, None
        if question is not None:
            request = answered(question, heard.text, is_command=heard.command.is_accepted)
            if request is not None:
                return self._ask_skill(question.skill, replace(request, who=heard.who), heard)
        if heard.command.is_accepted and heard.command.intent is not None:
            request = Request(heard.command.intent, heard.command.values, heard.text, heard.who)
            return self._ask_skill(self._homes[request.intent], request, heard)
        if question is not None and not question.is_last:
            self._question = replace(question, is_last=True)
            return Answer(f"Sorry? {question.text}", "", question.skill.name, question.request.intent, is_question=True)
        return self._meant(heard) or self._not_clear(heard)

    def _meant(self, heard: Heard) -> Answer | None:
        """What open language makes of it; None if it is not sure, or no skill does that."""
        meaning = heard.meaning
        if meaning is None or not meaning.is_in_scope or meaning.confidence < _SURE:
            return None
        skill, intent, slots = self._meanings.get(meaning.intent or "", (None, "", {}))
        if skill is None:
            return None
        values = {ours: meaning.values[theirs] for ours, theirs in slots.items() if theirs in meaning.values}
        return self._ask_skill(skill, Request(intent, values, heard.text, heard.who), heard)

    def _ask_skill(self, skill: Skill, request: Request, heard: Heard) -> Answer:
        self._num_unclear = 0
        try:
            reply = skill.handlers[request.intent](request)
        except Exception:  # a skill of somebody else's must not end the conversation
            log.exception("the skill %s failed at %s %s", skill.name, request.intent, dict(request.values))
            reply = Reply("Something went wrong with that.", note=f"{skill.name}: see the log")
        if reply.ask is not None:
            self._question = Question(skill, request, reply.ask, reply.text)
        manner = manner_of(heard.emotion)
        text = words_for(reply, manner)
        return Answer(text, reply.note, skill.name, request.intent, manner, is_question=reply.ask is not None)

    def _not_clear(self, heard: Heard) -> Answer:
        self._num_unclear += 1
        if self._unclear == "silent" or self._num_unclear > _MOST_UNCLEAR:
            return Answer()
        best = heard.command.intent
        log.info("nothing understands %r (nearest: %s, %.2f)", heard.text, best, heard.command.confidence)
        return Answer("Sorry, what did you say?" if self._num_unclear == 1 else "I do not understand that.",
                      manner=manner_of(heard.emotion))  # fmt: skip

    def _with_people(self, heard: Heard, answer: Answer) -> Answer:
        """The answer, with a greeting before it and the question to a stranger after it."""
        if self._people is None or answer.is_stop:
            return answer
        is_named = answer.manner.is_short or (heard.who or "") in answer.text
        hello = self._people.greeting(heard.who) if answer.text else ""
        is_free = not answer.is_question and answer.intent is not None and not answer.manner.is_short
        offer = self._people.offer(heard) if is_free else ""
        text = " ".join(filter(None, ["" if is_named else hello, answer.text, offer]))
        return replace(answer, text=text, is_question=answer.is_question or bool(offer))
