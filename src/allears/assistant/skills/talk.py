"""Small talk, and what the assistant can do."""

from __future__ import annotations

from allears.assistant.skill import Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS
from allears.assistant.spoken import and_list

__all__ = ["talk"]

_SHOWN = 4  # examples that are spoken; more cannot be remembered

_GRAMMAR = """
intents:
  HassRespond:
    data:
      - sentences: ["(hello|hi|good morning|good evening) [there]"]
        slots: {about: hello}
      - sentences: ["how are you [doing] [today]"]
        slots: {about: mood}
      - sentences: ["thank you [very much]", "many thanks", "that was nice"]
        slots: {about: thanks}
      - sentences: ["who are you", "(what is|what's) your name"]
        slots: {about: self}
      - sentences: ["who am i", "do you know (me|who i am)", "(what is|what's) my name"]
        slots: {about: you}
      - sentences: ["tell me a joke"]
        slots: {about: joke}
  AllearsHelp:
    data:
      - sentences: ["what can (you do|i (say|ask) [you])", "help [me]", "what do you (know|understand)"]
"""
_SAID = {
    "mood": "I am fine, and I am listening. How can I help?",
    "thanks": "You are welcome.",
    "self": "I am the assistant of allears. I run on this computer alone.",
    "joke": "I would tell you a joke about silence, but you have heard it.",
}


@SKILLS.register
def talk(tools: Tools) -> Skill:
    """Small talk, and what the assistant can do."""

    def respond(request: Request) -> Reply:
        name = f", {request.who}" if request.who else ""
        match request.values.get("about"):
            case "hello":
                return Reply(f"Hello{name}.")
            case "you":
                return Reply(f"You are {request.who}." if request.who else "I do not know your voice.")
            case about:
                return Reply(_SAID.get(str(about), _SAID["mood"]))

    def help_(_: Request) -> Reply:
        examples = [skill.examples[0] for skill in tools.others() if skill.examples]
        every = [example for skill in tools.others() for example in skill.examples]
        if not examples:
            return Reply("I have no skills yet.")
        return Reply(f"You can say: {and_list(examples[:_SHOWN])}.", note="; ".join(every))

    return Skill("talk", _GRAMMAR, {"HassRespond": respond, "AllearsHelp": help_}, ("what can you do",))
