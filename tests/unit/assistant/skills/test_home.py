"""A home that Home Assistant runs, played by a server on this computer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.assistant.fakes import Server, Talk, serving

STATES = [
    {"entity_id": "light.kitchen", "state": "off", "attributes": {"friendly_name": "Kitchen Light"}},
    {"entity_id": "cover.blind", "state": "open", "attributes": {"friendly_name": "Blind"}},
    {"entity_id": "lock.door", "state": "locked", "attributes": {"friendly_name": "Front Door"}},
    {"entity_id": "climate.hall", "state": "heat", "attributes": {"friendly_name": "Thermostat"}},
    {"entity_id": "sensor.out", "state": "4.5", "attributes": {"friendly_name": "Balcony",
     "unit_of_measurement": "°C"}},
    {"entity_id": "automation.x", "state": "on", "attributes": {}},
]  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    services = ("homeassistant/turn_on", "homeassistant/turn_off", "light/turn_on", "cover/close_cover",
                "climate/set_temperature")  # fmt: skip
    routes = {f"/api/services/{name}": lambda query, body: [] for name in services}
    with serving({"/api/states": lambda query, body: STATES, **routes}) as running:
        yield running


@pytest.mark.parametrize(
    ("text", "said", "call"),
    [
        ("Turn on the kitchen light.", "The Kitchen Light is on.", ("homeassistant/turn_on",
         {"entity_id": "light.kitchen"})),
        ("switch the kitchen light off", "The Kitchen Light is off.", ("homeassistant/turn_off",
         {"entity_id": "light.kitchen"})),
        ("dim the kitchen light to 40%", "The Kitchen Light is at 40 percent.",
         ("light/turn_on", {"entity_id": "light.kitchen", "brightness_pct": 40})),
        ("close the blind", "The Blind is closing.", ("cover/close_cover", {"entity_id": "cover.blind"})),
        ("set the temperature to 21 degrees", "The Thermostat is set to 21 degrees.",
         ("climate/set_temperature", {"entity_id": "climate.hall", "temperature": 21})),
        ("what's the state of the balcony", "The Balcony is 4.5 degrees.", None),
    ],
)  # fmt: skip
def test_things_are_switched_and_asked_after(server: Server, text: str, said: str, call: object) -> None:
    talk = Talk("home", home={"url": server.url, "token": "secret"})
    assert talk(text) == said
    calls = [(path.removeprefix("/api/services/"), body) for path, body in server.asked if body is not None]
    assert calls == ([] if call is None else [call])
    assert all(headers["Authorization"] == "Bearer secret" for headers in server.headers)


def test_a_name_the_home_does_not_have_is_not_guessed(server: Server) -> None:
    talk = Talk("home", home={"url": server.url})
    assert talk("turn on the swimming pool").startswith("Sorry")
    assert talk("open the front door").startswith("I leave the Front Door as it is")
    assert all(body is None for _, body in server.asked)


def test_a_home_that_is_away_or_not_set_up() -> None:
    with serving({}) as running:
        url = running.url
    talk = Talk("home", home={"url": url})
    assert talk("turn on the lamp") == "Your home does not answer."
    assert Talk("home")("turn on the lamp") == "Your home is not set up yet."
    assert Talk("home").skills[0].hosts == ()
    assert talk.skills[0].hosts == (url.removeprefix("http://"),)
