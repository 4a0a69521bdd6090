from __future__ import annotations

import json

from allears.understand.answers import Meaning, SlotValue

ROOM = SlotValue("room", "kitchen", 13, 20, 0.9)


def test_json_has_what_is_known() -> None:
    meaning = Meaning("light in the kitchen", "home", "home", 0.8, "on", 0.7, (ROOM,), 0.95, True)
    plain = json.loads(json.dumps(meaning.to_dict()))
    assert plain["intent"] == "on" and plain["is_in_scope"] is True
    assert plain["slots"] == [{"name": "room", "value": "kitchen", "start": 13, "end": 20, "probability": 0.9}]
    assert meaning.values == {"room": "kitchen"}


def test_absence_is_no_key() -> None:
    plain = Meaning("", None, None, 0.0, None, 0.0, (), 0.0, False).to_dict()
    assert not {"intent", "domain", "label_set"} & set(plain)
