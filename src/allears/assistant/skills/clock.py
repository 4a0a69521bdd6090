"""Time and date."""

from __future__ import annotations

from allears.assistant.skill import Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS
from allears.assistant.spoken import of_day

__all__ = ["clock"]

_GRAMMAR = """
intents:
  HassGetCurrentTime:
    data:
      - sentences: ["(what is|what's|tell me) the [current] time", "[tell me] what time (is it|it is) [now|right now]"]
  HassGetCurrentDate:
    data:
      - sentences:
          - "(what is|what's|tell me) (the|today's) date [today]"
          - "what (day|date) is (it|today) [today]"
          - "what is today"
"""


@SKILLS.register
def clock(tools: Tools) -> Skill:
    """Time and date."""

    def time(_: Request) -> Reply:
        return Reply(f"It is {of_day(tools.now())}.")

    def date(_: Request) -> Reply:
        now = tools.now()
        return Reply(f"It is {now:%A}, {now:%B} {now.day}, {now.year}.")

    handlers = {"HassGetCurrentTime": time, "HassGetCurrentDate": date}
    return Skill(
        "clock", _GRAMMAR, handlers, ("what time is it", "what day is it"),
        meanings={"datetime_query": ("HassGetCurrentTime", {})},
    )  # fmt: skip
