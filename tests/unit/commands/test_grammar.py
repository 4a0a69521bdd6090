from __future__ import annotations

import numpy as np
import pytest

from allears.commands.answer import Command
from allears.commands.deciding import combine
from allears.commands.grammar import Grammar
from allears.decode.answers import Segment, Transcript
from allears.decode.base import WindowOutput
from tests.unit.commands.heard import NAMES, heard


def understood(demo, text, transcript=None, **how):
    output = WindowOutput(0.0, 4.0, heard(text, **how))
    return demo.understand([output], NAMES, frame_shift_s=0.02, transcript=transcript)


def written(text, logprob=-0.1):
    return Transcript((Segment(0.0, 1.0, text, mean_logprob=logprob),), "en")


def test_sound_gives_intent_slots_and_their_times(demo):
    command = understood(demo, "dim the kitchen light to forty percent")
    assert (command.intent, command.values) == ("LightSet", {"room": "kitchen", "brightness": 40})
    assert command.is_accepted and command.confidence > 0.9
    room, level = command.slots["room"], command.slots["brightness"]
    assert 0 < room.start_s < room.end_s <= level.start_s < level.end_s < 4.0


@pytest.mark.parametrize("text", ["who won the game last night", "turn", "good evening the train leaves at seven"])
def test_sound_that_is_no_command_is_rejected(demo, text):
    assert not understood(demo, text).is_accepted


def test_a_head_that_spells_twice_a_frame_and_windows_in_a_row(demo):
    logits = heard("next song", num_frames=120)
    first, second = logits[:60].reshape(30, -1), logits[60:].reshape(30, -1)
    outputs = [WindowOutput(0.0, 1.2, first), WindowOutput(1.2, 1.2, second)]
    command = demo.understand(outputs, NAMES, frame_shift_s=0.04)
    assert command.intent == "MusicControl"
    with pytest.raises(ValueError, match="export the model again"):
        demo.understand([WindowOutput(0.0, 1.0, np.zeros((5, 7), np.float32))], NAMES, frame_shift_s=0.02)


def test_a_transcript_alone(demo):
    command = demo.understand(transcript=written("Next song, please."))
    assert command.intent == "MusicControl" and command.confidence == pytest.approx(np.exp(-0.1))
    assert demo.understand() == Command(None)


def test_sound_and_transcript_that_agree_are_surer(demo):
    alone = understood(demo, "next song", noise=2.5, seed=2)
    both = understood(demo, "next song", written("Next song."), noise=2.5, seed=2)
    assert both.values == alone.values and both.confidence > alone.confidence


def test_of_two_that_do_not_agree_the_surer_one_wins():
    a, b = Command("A", {}, 0.6, "a", True), Command("B", {}, 0.9, "b", True)
    won = combine(a, b, 0.5)
    assert won.intent == "B" and [other.intent for other in won.alternatives] == ["A"]
    assert not won.alternatives[0].is_accepted
    assert combine(a, Command(None), 0.5) == a


def test_home_assistant_intents_load_as_they_are():
    intents = pytest.importorskip("home_assistant_intents", reason="home-assistant-intents is not installed")
    lists = {"area": ["kitchen", "living room"], "name": ["ceiling fan"], "floor": ["upstairs"]}
    grammar = Grammar(intents.get_intents("en"), lists=lists)
    assert [str(finding) for finding in grammar.findings] == []
    assert len(grammar.sentences.intents) >= 40 and min(grammar.sentences.intents.values()) > 0
    assert grammar.match("Turn on the lights in the kitchen").values["area"] == "kitchen"
    assert grammar.match("set a timer for 5 minutes").values == {"minutes": 5}
    sound = understood(grammar, "turn on the ceiling fan")
    assert (sound.intent, sound.values) == ("HassTurnOn", {"name": "ceiling fan"})


def test_a_threshold_is_a_confidence():
    with pytest.raises(ValueError, match="from 0 to 1"):
        Grammar({"language": "en", "intents": {"A": {"data": [{"sentences": ["x"]}]}}}, threshold=2)


def test_a_slip_is_forgiven_in_words_and_not_in_numbers(demo):
    slip = demo.match("set the vollume to 20 percent")
    assert (slip.intent, slip.values, slip.is_accepted) == ("VolumeSet", {"volume": 20}, True)
    other = demo.match("set the volume to 120 percent")  # the list ends at 100
    assert not other.is_accepted
    assert demo.match("set a timer for 99 minutes").values.get("minutes") != 59
