from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

pytest.importorskip("hassil", reason="commands need the extra allears[commands]")
from allears.commands.deciding import Candidate
from allears.commands.grammar import Grammar
from allears.commands.rescoring import rescore, writings
from allears.decode.base import WindowOutput
from tests.unit.commands.heard import NAMES, heard


@dataclass
class Judge:
    """Finds texts as likely as the test says, and others unlikely."""

    text: str
    likely: Mapping[str, float]
    asked: list[str] = field(default_factory=list)

    def score(self, texts: Sequence[str]) -> list[float]:
        self.asked += texts
        return [self.likely.get(text, -50.0) for text in texts]


def candidates(demo: Grammar, **logprobs: float) -> list[Candidate]:
    texts = {name: name.replace("_", " ") for name in logprobs}
    return [Candidate(texts[name], demo.readings(texts[name])[0], score) for name, score in logprobs.items()]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("next song", ["Next song."]),
        ("dim the light to forty percent", ["Dim the light to forty percent.", "Dim the light to 40%."]),
        ("set a ten minute timer", ["Set a ten minute timer.", "Set a 10 minute timer."]),
        ("heat the kitchen to twenty and a half", ["Heat the kitchen to 20.5."]),
    ],
)
def test_a_sentence_as_the_decoder_may_write_it(demo: Grammar, text: str, wanted: list[str]) -> None:
    readings = demo.readings(text)
    if not readings:
        pytest.fail(f"{text!r} is not in the grammar of the docs")
    found = writings(Candidate(text, readings[0], 0.0), "en")
    assert found[-len(wanted) :] == wanted


def test_both_have_their_share(demo: Grammar) -> None:
    judge = Judge("Next sung.", {"Next song.": -1.0, "Next sung.": -0.5, "Next track.": -8.0})
    mixed, free = rescore(candidates(demo, next_track=-3.0, next_song=-4.0), -2.0, judge, "en", 0.75)
    assert {c.text: c.logprob for c in mixed} == {"next track": -6.75, "next song": -1.75}
    assert free == pytest.approx(0.75 * -0.5 + 0.25 * -2.0)


def test_what_the_decoder_wrote_itself_counts_for_the_sentence_that_it_is(demo: Grammar) -> None:
    judge = Judge("NEXT SONG!", {"Next song.": -9.0, "NEXT SONG!": -0.5})
    (mixed,), free = rescore(candidates(demo, next_song=-2.0), -2.0, judge, "en", 0.5)
    assert (mixed.logprob, free) == (-1.25, -1.25)


def test_what_fits_better_than_the_free_text_is_what_others_are_held_against(demo: Grammar) -> None:
    judge = Judge("", {"": -30.0, "Next song.": -1.0})
    (mixed,), free = rescore(candidates(demo, next_song=-2.0), -2.0, judge, "en", 0.5)
    assert free == mixed.logprob == -1.5


def test_few_are_judged_the_best(demo: Grammar) -> None:
    judge = Judge("", {})
    given = candidates(demo, next_song=-5.0, next_track=-1.0, skip_song=-2.0, skip_track=-3.0, stop_music=-4.0)
    mixed, _ = rescore(given, -1.0, judge, "en", 0.5)
    assert [c.text for c in mixed] == ["next track", "skip song", "skip track", "stop music"]
    assert judge.asked == ["", "Next track.", "Skip song.", "Skip track.", "Stop music."]


def test_the_decoder_tells_words_apart_that_sound_alike(demo: Grammar) -> None:
    output = WindowOutput(0.0, 4.0, heard("set the volume to fifty"))
    fifteen = Judge("Set the volume to 15.", {"Set the volume to 15.": -0.3, "Set the volume to 50.": -40.0})
    alone = demo.understand([output], NAMES, frame_shift_s=0.02)
    assert alone.values == {"volume": 50}
    both = demo.understand([output], NAMES, frame_shift_s=0.02, judge=fifteen)
    assert fifteen.asked[0] == "Set the volume to 15."
    assert both.confidence < alone.confidence


def test_a_sentence_that_the_decoder_does_not_hear_is_rejected(demo: Grammar) -> None:
    output = WindowOutput(0.0, 4.0, heard("next song", noise=1.5))
    arguments = {"frame_shift_s": 0.02}
    agrees = demo.understand([output], NAMES, judge=Judge("Next song.", {"Next song.": -0.2}), **arguments)
    differs = demo.understand([output], NAMES, judge=Judge("The text.", {"The text.": -0.2}), **arguments)
    assert agrees.is_accepted and not differs.is_accepted
    assert agrees.slots["action"].value == "next"
    assert np.isfinite(differs.confidence)


def test_without_a_share_nobody_is_asked(demo: Grammar) -> None:
    judge = Judge("x", {})
    deaf = Grammar({"language": "en", "intents": {"Go": {"data": [{"sentences": ["go"]}]}}}, attention=0.0)
    assert deaf.understand([WindowOutput(0.0, 4.0, heard("go"))], NAMES, frame_shift_s=0.02, judge=judge).is_accepted
    assert judge.asked == []
    with pytest.raises(ValueError, match=r"attention must be from 0 to 1, got 1\.5"):
        Grammar({"language": "en", "intents": {}}, attention=1.5)
