"""The weather, by Open-Meteo.com; what was fetched is remembered for when nobody answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allears.assistant.clients.open_meteo import ATTRIBUTION, Forecast, OpenMeteo, UnknownPlace, sky
from allears.assistant.skill import Ask, Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS
from allears.assistant.spoken import duration
from allears.assistant.web import Offline, Web

__all__ = ["weather"]

_OLD_S = 3600.0  # a forecast older than that is told with its age
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GRAMMAR = """
intents:
  HassGetWeather:
    data:
      - sentences:
          - "(what is|what's|how is|how's) the weather [like] [{day}] [<place>] [{day}]"
          - "what will the weather be [like] [{day}] [<place>]"
          - "(what is|what's) the forecast [for {day}] [<place>]"
          - "will it (rain|snow|be (sunny|warm|cold|windy)) [{day}] [<place>]"
          - "how (warm|cold|hot) is it [{day}] [<place>]"
  AllearsSetCity:
    data:
      - sentences: ["(i live|we live|we are|i am|i'm) in <city>", "my city is <city>"]
expansion_rules:
  city: "({known:city}|{any:city})"
  place: "(in|for) <city>"
lists:
  day:
    values: [today, {in: tonight, out: today}, {in: now, out: today}, tomorrow, {in: "[on|this] monday", out: monday},
      {in: "[on|this] tuesday", out: tuesday}, {in: "[on|this] wednesday", out: wednesday},
      {in: "[on|this] thursday", out: thursday}, {in: "[on|this] friday", out: friday},
      {in: "[on|this|at the] (saturday|weekend)", out: saturday}, {in: "[on|this] sunday", out: sunday}]
  known:
    values: [london, paris, berlin, madrid, rome, vienna, oslo, stockholm, copenhagen, helsinki, dublin, lisbon,
      amsterdam, brussels, prague, warsaw, budapest, athens, zurich, moscow, istanbul, cairo, new york, boston,
      chicago, los angeles, san francisco, seattle, toronto, montreal, mexico city, tokyo, beijing, delhi, sydney,
      melbourne]
  any: {wildcard: true}
"""


@SKILLS.register
def weather(tools: Tools) -> Skill:
    """The weather. Settings: `city`, `units` (metric, imperial), `base_url`, `geocoding_url`."""
    text = tools.settings.text
    base = text("weather", "base_url", "https://api.open-meteo.com")
    places = text("weather", "geocoding_url", "https://geocoding-api.open-meteo.com")
    units = text("weather", "units", "metric")
    if units not in ("metric", "imperial"):
        raise ValueError(f"[weather] units must be metric or imperial, got {units!r}: change it in assistant.toml")
    web = Web(base, places)
    tell = _Weather(tools, OpenMeteo(web, tools.store, base, places, units), text("weather", "city"), units)
    meanings = {
        "GetWeather": ("HassGetWeather", {"city": "city"}),
        "weather_query": ("HassGetWeather", {"city": "place_name"}),
    }
    handlers = {"HassGetWeather": tell.forecast, "AllearsSetCity": tell.set_city}
    examples = ("what's the weather in Oslo", "will it rain tomorrow")
    return Skill("weather", _GRAMMAR, handlers, examples, hosts=web.hosts, meanings=meanings)


class _Weather:
    def __init__(self, tools: Tools, service: OpenMeteo, city: str, units: str) -> None:
        self._tools, self._service, self._city = tools, service, city
        self._wind = "miles" if units == "imperial" else "kilometres"

    def set_city(self, request: Request) -> Reply:
        city = str(request.values["city"]).title()
        self._tools.store.keep("city", city, request.who)
        return Reply(f"I will remember that it is {city}.")

    def forecast(self, request: Request) -> Reply:
        given = str(request.values.get("city", "")).strip(" .,!?")
        store = self._tools.store
        city = given or store.fact("city", request.who) or self._city or store.fact("city")
        if not city:
            return Reply("For which city?", ask=Ask("city", _city_of))
        try:
            found = self._service.forecast(city, self._tools.now().timestamp())
        except UnknownPlace:
            return Reply(f"I know no place called {city}. For which city?", ask=Ask("city", _city_of))
        except Offline as error:
            return Reply("I cannot reach the weather service, and I have no forecast from before.", note=str(error))
        if given and store.fact("city", request.who) is None:
            store.keep("city", found.place, request.who)
        return Reply(self._said(found, str(request.values.get("day", ""))), note=ATTRIBUTION)

    def _said(self, found: Forecast, day: str) -> str:
        age = f"I could not reach the weather service. {duration(found.age_s).capitalize()} ago it said: "
        before = age if found.age_s > _OLD_S else ""
        at = self._tools.now().date() + timedelta(days=self._days_to(day))
        daily: dict[str, list[Any]] = found.data["daily"]
        row = next((i for i, date in enumerate(daily["time"]) if date == at.isoformat()), None)
        if row is None:
            return f"{before}There is no forecast for {day or 'today'} in {found.place}."
        low, high = round(daily["temperature_2m_min"][row]), round(daily["temperature_2m_max"][row])
        chance = daily["precipitation_probability_max"][row]
        rain = "" if chance is None else f", with a {round(chance)} percent chance of rain"
        if day and day != "today":
            title = day.capitalize()
            kind = sky(daily["weather_code"][row])
            return f"{before}{title} in {found.place}: {kind}, {low} to {high} degrees{rain}."
        now = found.data["current"]
        return (
            f"{before}In {found.place} it is {sky(now['weather_code'])} and {round(now['temperature_2m'])} degrees. "
            f"Today has {low} to {high} degrees{rain}. The wind blows at {round(now['wind_speed_10m'])} {self._wind} "
            "an hour."
        )

    def _days_to(self, day: str) -> int:
        """Days from today to a day that is named."""
        if day in _DAYS:
            return (_DAYS.index(day) - self._tools.now().weekday()) % 7
        return 1 if day == "tomorrow" else 0


def _city_of(text: str) -> str | None:
    """`In Oslo, please.` -> `Oslo`."""
    words = text.strip(" .,!?").removesuffix("please").strip(" ,")
    for head in ("in ", "for "):
        words = words[len(head) :] if words.casefold().startswith(head) else words
    return words if 0 < len(words.split()) <= 4 else None
