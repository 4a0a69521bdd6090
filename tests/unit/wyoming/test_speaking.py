"""Texts spoken, whole and in pieces, as Home Assistant streams them."""

from __future__ import annotations

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")

from wyoming.audio import AudioChunk, AudioStart
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from tests.unit.wyoming.live import Beeps, answering, scenario


def samples(events) -> int:
    return sum(AudioChunk.from_event(e).samples for e in events if e.type == "audio-chunk")


@scenario
async def test_a_text_is_spoken_sentence_by_sentence() -> None:
    voice = Beeps()
    async with answering(voice=voice) as port:
        events = await port.ask(Synthesize("Hello there. How are you?").event(), until="audio-stop")
    assert AudioStart.from_event(events[0]).rate == 22_050
    assert voice.said == ["Hello there.", "How are you?"]
    assert samples(events) == 2 * 2205
    assert [e.type for e in events].count("audio-start") == 1


@scenario
async def test_a_text_that_comes_in_pieces_is_spoken_as_sentences_are_whole() -> None:
    voice = Beeps()
    async with answering(voice=voice) as port:
        events = await port.ask(
            SynthesizeStart().event(),
            *(SynthesizeChunk(piece).event() for piece in ("Hel", "lo. ", "How ", "are you? I", " am fine")),
            Synthesize("Hello. How are you? I am fine").event(),  # for servers that know no pieces
            SynthesizeStop().event(),
            until="synthesize-stopped",
        )
        assert voice.said == ["Hello.", "How are you?", "I am fine"]
        assert [e.type for e in events[-2:]] == ["audio-stop", "synthesize-stopped"]
        assert samples(events) == 3 * 2205
        again = await port.ask(Synthesize("Again.").event(), until="audio-stop")
        assert samples(again) == 2205


@scenario
async def test_an_empty_text_has_a_beginning_and_an_end() -> None:
    async with answering(voice=Beeps()) as port:
        events = await port.ask(Synthesize("  ").event(), until="audio-stop")
        assert [e.type for e in events] == ["audio-start", "audio-stop"]


@scenario
async def test_a_voice_that_fails_or_is_not_there_is_an_error() -> None:
    voice = Beeps()
    voice.names = ("amy",)
    async with answering(voice=voice) as port:
        assert "no breath" in (await port.ask(Synthesize("I fail.").event(), until="error"))[-1].data["text"]
        asked = Synthesize("Hi.", SynthesizeVoice(name="bob"))
        assert "amy" in (await port.ask(asked.event(), until="error"))[-1].data["text"]
        events = await port.ask(Synthesize("Hi.", SynthesizeVoice(name="amy")).event(), until="audio-stop")
        assert samples(events) == 2205
