"""Timers and alarms, kept on disk: what was due while the assistant did not run is told late, with an apology."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allears.assistant.skill import Ask, Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS
from allears.assistant.spoken import and_list, clock_as_words, duration, of_day, read_duration
from allears.assistant.timer_table import Timer, TimerTable
from allears.texts import plain_words

__all__ = ["timers"]

_LATE_S = 60.0  # from which on a timer is apologised for
_TIMER, _ALARM = "timer", "alarm"
_GRAMMAR = """
intents:
  HassStartTimer:
    data:
      - sentences:
          - "<set> [a|an|another] [{known:name}] timer [for <length>]"
          - "[<set>] [a|an] <length> [{known:name}] timer"
          - "<set> (a|an) {any:name} timer for <length>"
          - "timer [for] <length>"
  AllearsSetAlarm:
    data:
      - sentences:
          - "<set> (an|the|my) alarm [(for|at) <time>] [{day}]"
          - "wake me [up] [{day}] [at <time>] [{day}]"
          - "<set> (an|the|my) alarm {day} [(for|at) <time>]"
  HassCancelTimer:
    data:
      - sentences: ["<end> (the|my) [{known:name}] timer"]
  HassCancelAllTimers:
    data:
      - sentences: ["<end> all [[of] (the|my)] timers"]
  AllearsCancelAlarm:
    data:
      - sentences: ["(<end>|turn off) [all] (the|my) alarm[s]"]
  HassTimerStatus:
    data:
      - sentences:
          - "[tell me] how (long|much [time] is left|much longer) [is left] [on (the|my) [{known:name}] timer]"
          - "(what|which) timers (are|do i have) [running|set]"
          - "when (is|does) (the|my) [{known:name}] timer [done|over|end]"
  AllearsAlarmStatus:
    data:
      - sentences: ["when is (the|my) [next] alarm", "(what|which) alarms (are|do i have) [set]"]
  HassIncreaseTimer:
    data:
      - sentences: ["add <length> to (the|my) [{known:name}] timer"]
  HassDecreaseTimer:
    data:
      - sentences: ["(take|remove) <length> (off|from) (the|my) [{known:name}] timer"]
expansion_rules:
  set: "(set|start|create|make)"
  end: "(cancel|stop|delete|remove)"
  h: "({hours}|{part:hours})[-| ]hour[s]"
  m: "({minutes}|{part:minutes})[-| ]minute[s]"
  s: "{seconds}[-| ]second[s]"
  length: "({whole:hours}|<h>|<m>|<s>|<h> [and] <m>|<m> [and] <s>)"
  time: "({hour} [o'clock] [{half}]|{hour} {minute} [{half}]|{hour} (oh|o) {early:minute} [{half}]|{word:clock})"
lists:
  whole: {values: [{in: "an hour and a half", out: 1.5}, {in: "two hours and a half", out: 2.5}]}
  hours: {range: {from: 1, to: 24, fractions: halves}}
  minutes: {range: {from: 1, to: 120, fractions: halves}}
  seconds: {range: {from: 1, to: 120}}
  part: {values: [{in: "(a|an)", out: 1}, {in: "half (a|an)", out: 0.5}, {in: "one and a half", out: 1.5}]}
  hour: {range: {from: 1, to: 23}}
  minute: {range: {from: 10, to: 59}}
  early: {range: {from: 1, to: 9}}
  half: {values: [{in: "(am|a m|in the morning)", out: am}, {in: "(pm|p m|in the (afternoon|evening))", out: pm}]}
  word: {values: [{in: noon, out: "12:00"}, {in: midnight, out: "0:00"}]}
  day: {values: [today, tomorrow]}
  known: {values: [pasta, pizza, egg, tea, coffee, oven, rice, cake, bread, laundry, washing, break, workout]}
  any: {wildcard: true}
"""


@SKILLS.register
def timers(tools: Tools) -> Skill:
    """Timers and alarms that survive a restart."""
    do = _Timers(tools)
    handlers = {
        "HassStartTimer": do.start,
        "AllearsSetAlarm": do.set_alarm,
        "HassCancelTimer": do.cancel,
        "HassCancelAllTimers": lambda r: do.cancel_all(_TIMER),
        "AllearsCancelAlarm": lambda r: do.cancel_all(_ALARM),
        "HassTimerStatus": do.status,
        "AllearsAlarmStatus": lambda r: do.alarms(),
        "HassIncreaseTimer": lambda r: do.change(r, 1),
        "HassDecreaseTimer": lambda r: do.change(r, -1),
    }
    examples = ("set a timer for ten minutes", "wake me at seven thirty")
    return Skill("timers", _GRAMMAR, handlers, examples, due=do.due)


class _Timers:
    def __init__(self, tools: Tools) -> None:
        self._now, self._table = tools.now, TimerTable(tools.store)

    def start(self, request: Request) -> Reply:
        length_s = _length(request.values)
        if not length_s:
            return Reply("For how long?", ask=Ask("length_s", read_duration))
        name = str(request.values.get("name", ""))
        self._table.add(_TIMER, name, request.who or "", self._at() + length_s, length_s)
        title = f"{name.capitalize()} timer" if name else "Timer"
        return Reply(f"{title} set for {duration(length_s)}.")

    def set_alarm(self, request: Request) -> Reply:
        values = request.values.get("time") or request.values
        at = next_time(values, self._now(), is_tomorrow=request.values.get("day") == "tomorrow")
        if at is None:
            return Reply("For what time?", ask=Ask("time", read_time))
        self._table.add(_ALARM, "", request.who or "", at.timestamp(), 0.0)
        day = "" if at.date() == self._now().date() else f" on {at:%A}"
        return Reply(f"Alarm set for {of_day(at)}{day}.")

    def cancel(self, request: Request) -> Reply:
        timer, question = self._one(request)
        if timer is None:
            return question
        self._table.remove(timer.id)
        return Reply(f"The {_title(timer)} is cancelled.")

    def cancel_all(self, kind: str) -> Reply:
        removed = [self._table.remove(timer.id) for timer in self._table.all(kind)]
        return Reply(f"{sum(removed)} {kind}{'' if sum(removed) == 1 else 's'} cancelled." if removed else _none(kind))

    def status(self, request: Request) -> Reply:
        name = request.values.get("name")
        found = [timer for timer in self._table.all(_TIMER) if not name or timer.name == name]
        if not found:
            return Reply(f"There is no {name} timer." if name else _none(_TIMER))
        left = [f"{duration(timer.due_at - self._at())} left on the {_title(timer)}" for timer in found]
        return Reply(f"{and_list(left)}.")

    def alarms(self) -> Reply:
        zone = self._now().tzinfo
        times = [datetime.fromtimestamp(timer.due_at, zone) for timer in self._table.all(_ALARM)]
        said = [f"{of_day(at)} on {at:%A}" for at in times]
        return Reply(f"Alarm: {and_list(said)}." if said else _none(_ALARM))

    def change(self, request: Request, sign: int) -> Reply:
        timer, question = self._one(request)
        if timer is None:
            return question
        by_s = sign * _length(request.values)
        self._table.move(timer.id, by_s)
        return Reply(f"The {_title(timer)} has {duration(timer.due_at + by_s - self._at())} left.")

    def due(self) -> list[str]:
        """What has rung since the last look; of two processes, one gets each."""
        return [self._rung(timer) for timer in self._table.take_due(self._at())]

    def _rung(self, timer: Timer) -> str:
        late_s = self._at() - timer.due_at
        name = f"{timer.who}, your" if timer.who else "Your"
        if late_s > _LATE_S:
            return (
                f"Sorry, I was not running: {name[0].lower()}{name[1:]} {_title(timer)} was due {duration(late_s)} ago."
            )
        return (
            f"{name} {_title(timer)} is over."
            if timer.kind == _TIMER
            else f"{name} alarm: it is {of_day(self._now())}."
        )

    def _one(self, request: Request) -> tuple[Timer | None, Reply]:
        """The timer that is meant, or the question which."""
        name, known = request.values.get("name"), self._table.all(_TIMER)
        if name is not None:
            known = [timer for timer in known if timer.name == name]
            return (known[0] if known else None), Reply(f"There is no {name} timer.")
        own = [timer for timer in known if request.who and timer.who == request.who] or known
        if len(own) == 1 or (own and len({timer.name for timer in own}) == 1):
            return own[0], Reply("")
        names = [timer.name or "the one without a name" for timer in own]
        if not names:
            return None, Reply(_none(_TIMER))
        return None, Reply(f"Which one: {and_list(names).replace(' and ', ' or ')}?", ask=Ask("name", _named(own)))

    def _at(self) -> float:
        return self._now().timestamp()


def next_time(values: Mapping[str, Any], now: datetime, *, is_tomorrow: bool) -> datetime | None:
    """The next time of day that is meant; without am or pm, the sooner of both. None if none is named."""
    if clock := values.get("clock"):
        hour, minute = map(int, str(clock).split(":"))
        hours = [hour]
    elif "hour" in values:
        hour, minute, half = int(values["hour"]), int(values.get("minute", 0)), values.get("half")
        hours = [hour % 24] if hour > 12 else [hour % 12 + 12 * (half == "pm")] if half else [hour % 12, hour % 12 + 12]
    else:
        return None
    start = now.replace(second=0, microsecond=0) + timedelta(days=1 if is_tomorrow else 0)
    times = [start.replace(hour=h, minute=minute) for h in hours]
    if is_tomorrow:
        return min(times)
    return min(at if at > now else at + timedelta(days=1) for at in times)


def read_time(text: str) -> dict[str, Any] | None:
    """`at half past seven in the morning` -> its parts; None if no time is in it."""
    from allears.commands.grammar import Grammar
    from allears.commands.reading import read_text

    data = read_text(_GRAMMAR, "times")
    data["intents"] = {"Time": {"data": [{"sentences": ["[at|for] <time> [please]"]}]}}
    command = Grammar({"language": "en", **data}).match(plain_words(clock_as_words(text)))
    return dict(command.values) if command.is_accepted else None


def _length(values: Mapping[str, Any]) -> float:
    sizes = {"hours": 3600, "minutes": 60, "seconds": 1, "length_s": 1}
    return sum(float(values[name]) * size for name, size in sizes.items() if name in values)


def _title(timer: Timer) -> str:
    return f"{timer.name} {timer.kind}".strip()


def _none(kind: str) -> str:
    return f"There is no {kind}."


def _named(timers: list[Timer]) -> Any:
    """Reads which of some timers a text names."""

    def read(text: str) -> str | None:
        words = plain_words(text).split()
        return next((timer.name for timer in timers if timer.name and timer.name in words), None)

    return read
