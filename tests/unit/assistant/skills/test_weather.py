"""The weather, from a server on this computer: asked, remembered, told with its age."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from allears.assistant.store import Store
from tests.unit.assistant.fakes import Clock, Server, Talk, serving

PLACES = {"oslo": ("Oslo", 59.9, 10.7), "rome": ("Rome", 41.9, 12.5)}


def find(query: dict[str, str], body: Any) -> Any:
    name, latitude, longitude = PLACES.get(query["name"].lower(), ("", 0.0, 0.0))
    return {"results": [{"name": name, "latitude": latitude, "longitude": longitude}]} if name else {}


def forecast(query: dict[str, str], body: Any) -> Any:
    warm = 10 if query["latitude"] == "41.9" else 0
    return {
        "current": {"temperature_2m": 4.6 + warm, "weather_code": 2, "wind_speed_10m": 11.8},
        "daily": {
            "time": ["2026-03-04", "2026-03-05"], "weather_code": [3, 61], "temperature_2m_max": [7.2, 5.0],
            "temperature_2m_min": [1.4, -2.6], "precipitation_probability_max": [30, None],
        },
    }  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    with serving({"/v1/search": find, "/v1/forecast": forecast}) as running:
        yield running


def talk_to(url: str, **more: Any) -> Talk:
    settings = {"base_url": url, "geocoding_url": url, **more.pop("settings", {})}
    return Talk("weather", weather=settings, **more)


def test_the_city_is_asked_for_once_and_remembered_for_each_person(server: Server) -> None:
    talk = talk_to(server.url)
    assert talk("What's the weather?", "Ann") == "For which city?"
    said = talk("In Oslo, please.", "Ann")
    assert said.startswith("In Oslo it is partly cloudy and 5 degrees. Today has 1 to 7 degrees, with a 30 percent")
    assert talk.answer.note == "Weather data by Open-Meteo.com"
    assert talk("will it rain tomorrow", "Ann") == "Tomorrow in Oslo: light rain, -3 to 5 degrees."
    assert talk("what's the weather", "Bob") == "For which city?"
    assert "15 degrees" in talk("rome", "Bob")
    assert talk("what's the weather on friday", "Ann") == "There is no forecast for friday in Oslo."


def test_what_is_fresh_is_not_fetched_again(server: Server) -> None:
    talk = talk_to(server.url, settings={"city": "Oslo"})
    talk("what's the weather")
    asked = len(server.asked)
    talk.clock.wait(minutes=20)
    talk("what's the weather")
    assert len(server.asked) == asked
    talk.clock.wait(minutes=20)
    talk("what's the weather")
    assert [path for path, _ in server.asked[asked:]] == ["/v1/forecast"]


def test_offline_it_tells_what_it_knew_and_how_old_it_is() -> None:
    store, clock = Store(":memory:"), Clock()
    with serving({"/v1/search": find, "/v1/forecast": forecast}) as running:
        talk_to(running.url, store=store, clock=clock)("what's the weather in Oslo")
        url = running.url
    clock.wait(hours=3)
    talk = talk_to(url, store=store, clock=clock)
    assert talk("what's the weather in Oslo").startswith(
        "I could not reach the weather service. 3 hours ago it said: In Oslo it is partly cloudy"
    )
    assert "no forecast from before" in talk("what's the weather in Rome")


def test_an_unknown_place_is_asked_about(server: Server) -> None:
    talk = talk_to(server.url)
    assert talk("what's the weather in Nowhere") == "I know no place called nowhere. For which city?"
    assert "In Oslo" in talk("Oslo")


def test_a_city_can_be_told(server: Server) -> None:
    talk = talk_to(server.url)
    assert talk("I live in Oslo", "Ann") == "I will remember that it is Oslo."
    assert "In Oslo" in talk("what's the weather", "Ann")


def test_an_answer_that_is_no_forecast_is_no_answer() -> None:
    with serving({"/v1/search": find, "/v1/forecast": lambda query, body: {"error": True}}) as running:
        assert "cannot reach" in talk_to(running.url)("what's the weather in Oslo")


def test_its_hosts_are_declared_and_its_units_checked() -> None:
    (skill,) = Talk("weather").skills
    assert skill.hosts == ("api.open-meteo.com", "geocoding-api.open-meteo.com")
    with pytest.raises(ValueError, match="metric or imperial"):
        Talk("weather", weather={"units": "kelvin"})
