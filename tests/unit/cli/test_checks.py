"""What `doctor` finds: extras and what they lack, hosts, folders and who can read them."""

from __future__ import annotations

import sys
from types import SimpleNamespace

from allears.cli._checks_extras import extras, missing_of
from allears.cli._checks_hosts import outbound
from allears.cli._checks_places import KINDS, microphones, places
from allears.wyoming.mdns import MULTICAST

LINES = [
    "numpy>=2.0",
    'sounddevice>=0.5; extra == "mic"',
    "fastapi>=0.115 ; extra == 'server'",
    'allears[server,mic]; extra == "all"',
    'openai[realtime]>=3; extra == "all"',
    'no-such-thing-at-all>=1; extra == "x"',
]


def test_extras_are_read_with_those_they_stand_for() -> None:
    found = extras(LINES)
    assert found["mic"] == ("sounddevice",)
    assert found["all"] == ("fastapi", "openai", "sounddevice")
    assert missing_of(found["x"]) == ["no-such-thing-at-all"]
    assert missing_of(("numpy",)) == []
    assert extras([]) == {}


def test_every_part_that_may_speak_to_another_machine_is_listed(home) -> None:
    parts = {one.part: one.hosts for one in outbound()}
    assert "api.open-meteo.com" in parts["skill weather"]
    assert parts["mdns"] == (MULTICAST,)
    assert "ray" in parts
    assert all(hosts for hosts in parts.values())


def test_a_home_that_is_set_up_is_listed(home, monkeypatch) -> None:
    monkeypatch.setenv("HASS_SERVER", "http://home.local:8123")
    assert {one.part: one.hosts for one in outbound()}["skill home"] == ("home.local:8123",)


def test_folders_that_others_can_read_are_said(home) -> None:
    (home / "voices").mkdir(parents=True)
    (home / "voices" / "ann.json").write_text("{}")
    (home / "voices").chmod(0o755)
    (home / "voices" / "ann.json").chmod(0o644)
    found = {place.kind: place for place in places()}
    assert set(found) == set(KINDS)
    assert (found["voices"].num_files, found["voices"].is_open) == (1, True)
    assert found["keywords"].num_files is None
    assert found["keywords"].can_write
    (home / "voices" / "ann.json").chmod(0o600)
    assert not {place.kind: place for place in places()}["voices"].is_open


def test_microphones_are_named_and_loudspeakers_are_not(monkeypatch) -> None:
    devices = [{"name": "Mic", "max_input_channels": 1}, {"name": "Speaker", "max_input_channels": 0}]
    fake = SimpleNamespace(query_devices=lambda: devices, PortAudioError=OSError)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    assert microphones() == "0 Mic"
    devices.clear()
    assert microphones() == "none"
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert "allears[mic]" in microphones()
