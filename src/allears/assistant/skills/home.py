"""The home, run by Home Assistant: its things switched, dimmed, set and asked after."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from allears.assistant.clients.home_assistant import Entity, HomeAssistant
from allears.assistant.skill import Ask, Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS
from allears.assistant.web import Offline, Web
from allears.texts import plain_words

__all__ = ["home"]

log = logging.getLogger(__name__)

_UNSET = "Your home is not set up yet."
_HOW = "home: put url and token (a long-lived one of Home Assistant's) under [home] in assistant.toml"
_GRAMMAR = """
intents:
  HassTurnOn:
    data:
      - sentences:
          - "(turn|switch) on [the|my] {name}"
          - "(turn|switch) [the|my] {name} on"
          - "(open|activate) [the|my] {name}"
  HassTurnOff:
    data:
      - sentences:
          - "(turn|switch) off [the|my] {name}"
          - "(turn|switch) [the|my] {name} off"
          - "close [the|my] {name}"
  HassLightSet:
    data:
      - sentences:
          - "(set|dim|brighten|turn) [the|my] {name} to {brightness}[ percent]"
          - "set [the] brightness of [the|my] {name} to {brightness}[ percent]"
  HassClimateSetTemperature:
    data:
      - sentences:
          - "(set|turn) [the] (temperature|heating|thermostat) to {temperature} [degrees]"
          - "(set|turn) [the] {name} to {temperature} degrees"
  HassGetState:
    data:
      - sentences: ["(what is|what's) the state of [the|my] {name}", "is [the|my] {name} (on|off|open|closed)"]
lists:
  name: {wildcard: true}
  brightness: {range: {from: 0, to: 100}}
  temperature: {range: {from: 5, to: 30, fractions: halves}}
"""


@SKILLS.register
def home(tools: Tools) -> Skill:
    """The home. Settings: `url`, `token` (or $HASS_SERVER, $HASS_TOKEN)."""
    url = tools.settings.text("home", "url", env="HASS_SERVER")
    token = tools.settings.text("home", "token", env="HASS_TOKEN")
    web = Web(*filter(None, [url]), headers={"Authorization": f"Bearer {token}"})
    do = _Home(HomeAssistant(web, url) if url else None)
    handlers = {
        "HassTurnOn": lambda r: do.switch("on", r),
        "HassTurnOff": lambda r: do.switch("off", r),
        "HassLightSet": do.dim,
        "HassClimateSetTemperature": do.heat,
        "HassGetState": do.state,
    }
    examples = ("turn on the kitchen light",) if url else ()
    return Skill("home", _GRAMMAR, handlers, examples, hosts=web.hosts, lists=do.lists)


class _Home:
    def __init__(self, service: HomeAssistant | None) -> None:
        self._service = service

    def lists(self) -> Mapping[str, Sequence[str]]:
        """The names of the home's things, so that they are understood from sound, too."""
        if self._service is None:
            return {}
        try:
            names = {plain_words(entity.name) for entity in self._service.entities()} - {""}
        except Offline as error:
            log.warning("the names of the home's things are not known: %s; any words are taken for one", error)
            return {}
        return {"name": sorted(names)} if names else {}

    def switch(self, state: str, request: Request) -> Reply:
        def change(service: HomeAssistant, thing: Entity) -> str:
            if thing.domain == "cover":
                service.call("cover", "open_cover" if state == "on" else "close_cover", thing.id)
                return f"The {thing.name} is {'opening' if state == 'on' else 'closing'}."
            if thing.domain == "lock":
                return f"I leave the {thing.name} as it is: nobody unlocks a door by voice here."
            service.call("homeassistant", f"turn_{state}", thing.id)
            return f"The {thing.name} is {state}."

        return self._with(request, change)

    def dim(self, request: Request) -> Reply:
        def change(service: HomeAssistant, thing: Entity) -> str:
            level = int(request.values["brightness"])
            service.call("light", "turn_on", thing.id, brightness_pct=level)
            return f"The {thing.name} is at {level} percent."

        return self._with(request, change, ("light",))

    def heat(self, request: Request) -> Reply:
        def change(service: HomeAssistant, thing: Entity) -> str:
            degrees = request.values["temperature"]
            service.call("climate", "set_temperature", thing.id, temperature=degrees)
            return f"The {thing.name} is set to {degrees} degrees."

        return self._with(request, change, ("climate",))

    def state(self, request: Request) -> Reply:
        return self._with(request, lambda service, thing: f"The {thing.name} is {_state(thing)}.")

    def _with(self, request: Request, change: Any, domains: tuple[str, ...] = ()) -> Reply:
        if self._service is None:
            return Reply(_UNSET, note=_HOW)
        try:
            thing, question = self._thing(self._service, request.values.get("name"), domains)
            return Reply(change(self._service, thing)) if thing is not None else question
        except Offline as error:
            return Reply("Your home does not answer.", note=f"home: {error}")

    def _thing(self, service: HomeAssistant, name: Any, domains: tuple[str, ...]) -> tuple[Entity | None, Reply]:
        """The thing that is meant, or the question which."""
        if name:
            unknown = Reply(f"I know no {name}. Which one do you mean?", ask=Ask("name"))
            return service.find(str(name), domains), unknown
        known = [entity for entity in service.entities() if entity.domain in domains]
        if len(known) == 1:
            return known[0], Reply("")
        return None, Reply("Which one?" if known else "There is nothing like that in your home.",
                           ask=Ask("name") if known else None)  # fmt: skip


def _state(thing: Entity) -> str:
    unit = str(thing.attributes.get("unit_of_measurement") or "")
    return f"{thing.state} {unit}".strip().replace("°C", "degrees").replace("°F", "degrees").replace("%", "percent")
