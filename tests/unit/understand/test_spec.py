from __future__ import annotations

import json
from dataclasses import replace

import pytest

from allears.understand.spec import LabelSet, UnderstandSpec

HOME = LabelSet("home", ("on", "off"), ("O", "B-room", "I-room"), {"on": ("room",)}, {"on": "home", "off": "home"}, 2.5)
SPEC = UnderstandSpec("tiny", "1", ("home",), (HOME,), 32, "notes")


def test_json_and_back() -> None:
    assert UnderstandSpec.from_json(SPEC.to_json()) == SPEC


def test_a_spec_without_a_length_has_the_usual_one() -> None:
    data = json.loads(SPEC.to_json())
    del data["max_pieces"]
    assert UnderstandSpec.from_json(json.dumps(data)) == replace(SPEC, max_pieces=128)


def test_an_unknown_set_names_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no set of labels 'snips': it has home"):
        SPEC.set_named("snips")


@pytest.mark.parametrize("text", ["[]", "{}", '{"spec_version": 1, "sets": 3}', '{"spec_version": 1, "sets": []}', "x"])
def test_what_is_no_spec_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a spec of open language"):
        UnderstandSpec.from_json(text)


def test_a_newer_spec_is_refused() -> None:
    with pytest.raises(ValueError, match="upgrade allears"):
        UnderstandSpec.from_json('{"spec_version": 99}')
