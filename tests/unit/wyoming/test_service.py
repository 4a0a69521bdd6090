"""Home Assistant's own order of events, replayed by the protocol's own client."""

from __future__ import annotations

import asyncio
import time

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
pytest.importorskip("hassil", reason="the extra `commands` is not installed")

from wyoming.asr import Transcribe, Transcript
from wyoming.client import AsyncTcpClient
from wyoming.handle import Handled
from wyoming.info import Describe, Info, SelectProgram
from wyoming.intent import Intent, Recognize
from wyoming.ping import Ping

from tests.unit.server.live import FakeSession
from tests.unit.wyoming.live import Beeps, answering, mind_of, read_until, scenario, sound_events

CONTEXT = {"conversation_id": "01J", "device_id": "kitchen"}


@scenario
async def test_info_has_all_services_before_the_model_is_loaded() -> None:
    async with answering(mind=mind_of(), voice=Beeps(), is_loaded=False) as port:
        begun = time.monotonic()
        (event,) = await port.ask(Describe().event(), until="info")
        assert time.monotonic() - begun < 1.0  # Home Assistant waits no longer
        info = Info.from_event(event)
        assert [len(part) for part in (info.asr, info.intent, info.handle, info.tts)] == [1, 1, 1, 1]
        assert info.asr[0].supports_transcript_streaming
        assert not info.asr[0].requires_external_vad
        assert not info.asr[0].prefers_noise_reduction_enabled
        assert "en" in info.asr[0].models[0].languages


@scenario
async def test_what_is_not_there_is_not_offered() -> None:
    async with answering(end_s=None) as port:
        info = Info.from_event((await port.ask(Describe().event(), until="info"))[0])
        assert (info.intent, info.handle, info.tts, info.wake) == ([], [], [], [])
        assert info.asr[0].requires_external_vad


@scenario
async def test_speech_to_text_answers_before_the_sound_is_over() -> None:
    async with answering() as port:
        events = await port.ask(
            Transcribe(language="en").event(), *sound_events(1.2, has_stop=False), until="transcript-stop"
        )
    assert [event.type for event in events[:2]] == ["transcript-start", "transcript-chunk"]
    assert [event.type for event in events[-2:]] == ["transcript", "transcript-stop"]
    assert "".join(e.data["text"] for e in events if e.type == "transcript-chunk") == "Hello there."
    transcript = Transcript.from_event(events[-2])
    assert transcript.text == "Hello there."
    assert transcript.context == {"speaker": "Ann", "language": "en"}


@scenario
async def test_audio_stop_ends_a_command_too() -> None:
    async with answering(end_s=None) as port:
        events = await port.ask(Transcribe().event(), *sound_events(0.5), until="transcript-stop")
        assert events[-2].data["text"] == "Hello there."
        events = await port.ask(*sound_events(0.0), until="transcript")  # nothing was said, and nothing was asked
        assert events[-1].data["text"] == ""


@scenario
async def test_one_connection_may_hear_several_commands() -> None:
    async with answering() as port, AsyncTcpClient("127.0.0.1", port.port, read_timeout=5) as client:
        for _ in range(3):
            await client.write_event(Transcribe(language="en").event())
            for event in sound_events(1.3):
                await client.write_event(event)
            events = await read_until(client, "transcript-stop")
            assert events[-2].data["text"] == "Hello there."
        assert port.serving.metrics.audio_s._value.get() == pytest.approx(3.0)


@scenario
async def test_who_spoke_is_known_to_the_conversation_that_follows() -> None:
    """The text comes back on another connection, alone; the reply still knows the voice."""

    class Asks(FakeSession):
        text = "Who am I?"

        def stream(self, **options):
            stream = super().stream(**options)
            final = stream._final

            def told():
                end, event = final()
                return [end, _said(event, self.text)]

            stream._final = told
            return stream

    async with answering(mind=mind_of(), session=Asks()) as port:
        await port.ask(Transcribe(language="en").event(), *sound_events(1.2), until="transcript-stop")
        (event,) = await port.ask(Transcript("Who am I?", CONTEXT, "en").event(), until="handled")
        assert Handled.from_event(event).text == "You are Ann."
        (event,) = await port.ask(Transcript("Who am I?", CONTEXT, "en").event(), until="handled")
        assert Handled.from_event(event).text == "I do not know your voice."  # it was used up; this one was typed


@scenario
async def test_the_speaker_may_be_written_before_the_text() -> None:
    async with answering(mind=mind_of(), has_names=True) as port:
        events = await port.ask(Transcribe().event(), *sound_events(1.2), until="transcript-stop")
        assert events[-2].data["text"] == "[Ann] Hello there."
        (event,) = await port.ask(Transcript("[Ann] Hello there.").event(), until="handled")
        assert event.data["text"] == "Hello, Ann."


@scenario
async def test_the_home_is_left_to_home_assistant() -> None:
    async with answering(mind=mind_of()) as port:
        (event,) = await port.ask(Transcript("turn on the kitchen light", CONTEXT).event(), until="intent")
        intent = Intent.from_event(event)
        assert (intent.name, [(e.name, e.value) for e in intent.entities]) == (
            "HassTurnOn", [("name", "kitchen light")],
        )  # fmt: skip
        (event,) = await port.ask(Recognize("turn on the kitchen light").event(), until="intent")
        assert event.data["name"] == "HassTurnOn"


@scenario
async def test_what_nobody_understands_is_said() -> None:
    async with answering(mind=mind_of()) as port:
        text = "the quick brown fox is not a command"
        (event,) = await port.ask(Transcript(text).event(), until="not-recognized")
        assert "not understand" in event.data["text"]
        await port.ask(Recognize(text).event(), until="not-recognized")


@scenario
async def test_what_is_known_of_the_protocol_and_has_no_answer_is_passed_over() -> None:
    async with answering() as port:
        events = await port.ask(
            SelectProgram("allears").event(), Transcript("x").event().__class__("voice-started", {}),
            Ping("there?").event(), until="pong",
        )  # fmt: skip
        assert events[-1].data == {"text": "there?"}
        assert len(events) == 1


@scenario
async def test_a_command_waits_for_the_model() -> None:
    async with answering(is_loaded=False) as port:
        asked = asyncio.ensure_future(port.ask(Transcribe().event(), *sound_events(1.2), until="transcript-stop"))
        await asyncio.sleep(0.2)
        assert not asked.done()
        await port.serving.engine.load()
        assert (await asked)[-2].data["text"] == "Hello there."


@scenario
async def test_stopping_finishes_what_is_being_answered() -> None:
    session = FakeSession()
    async with answering(session=session, mind=mind_of()) as port:
        async with AsyncTcpClient("127.0.0.1", port.port, read_timeout=5) as client:
            await client.write_event(Transcript("what can you do").event())
            await asyncio.sleep(0.05)
            await port.service.stop()
            event = await client.read_event()
            assert event is not None
            assert event.type == "handled"
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port.port)


def _said(final, text):
    from dataclasses import replace

    from allears.decode.answers import Segment, Transcript, Word

    words = tuple(Word(word, 0.1, 0.2, 1.0) for word in text.split())
    answers = {**final.result.answers, "transcribe": Transcript((Segment(0.1, 0.9, text, words),), "en")}
    return replace(final, result=replace(final.result, answers=answers))
