from __future__ import annotations

import pytest

from tests.unit.meeting.made import minutes


def test_a_name_is_an_overlay() -> None:
    before = minutes()
    after = before.renamed("speaker 2", " Bob ")
    assert after.names == {"S1": "Ann Lee", "S2": "Bob"}
    assert after.turns == before.turns
    assert after.speaker("S2").is_known
    assert before.names["S2"] == "Speaker 2"


@pytest.mark.parametrize(
    ("who", "name", "match"),
    [("Zoe", "Bob", "S1 .Ann Lee., S2"), ("S2", " ", "needs a new name"), ("S2", "ann lee", "another speaker")],
)
def test_wrong_names_are_refused(who: str, name: str, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        minutes().renamed(who, name)


def test_a_speaker_keeps_its_own_name() -> None:
    assert minutes().renamed("S1", "Ann LEE").names["S1"] == "Ann LEE"
