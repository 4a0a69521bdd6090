"""Transcriptions, asked for by OpenAI's own client."""

from __future__ import annotations

import asyncio
import json

import pysubs2
import pytest
import webvtt

from tests.unit.server.live import said, sound

openai = pytest.importorskip("openai")


@pytest.fixture(scope="module")
def client(live):
    with openai.OpenAI(base_url=live.v1, api_key="none") as made:
        yield made


def create(client, **fields):
    return client.audio.transcriptions.create(**{"file": ("a.wav", sound(3)), "model": "whisper-1", **fields})


def test_json_has_the_text(client) -> None:
    assert create(client).text == said(3, 0.25)


def test_text_is_text(client) -> None:
    assert create(client, response_format="text").strip() == said(3, 0.25)


def test_subtitles_are_read_by_others(client, tmp_path) -> None:
    srt = create(client, response_format="srt")
    assert " ".join(line.plaintext.replace("\n", " ") for line in pysubs2.SSAFile.from_string(srt)) == said(3, 0.25)
    path = tmp_path / "a.vtt"
    path.write_text(create(client, response_format="vtt"))
    assert " ".join(cue.text.replace("\n", " ") for cue in webvtt.read(str(path))) == said(3, 0.25)


def test_verbose_json_has_what_other_clients_read(client) -> None:
    reply = create(client, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert (reply.language, reply.duration, reply.task) == ("english", 3.0, "transcribe")
    assert [word.word for word in reply.words] == said(3, 0.25).split()
    assert reply.words[1].start == 1.0
    needed = ("id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob", "compression_ratio",
              "no_speech_prob")  # fmt: skip
    assert all(getattr(segment, name) is not None for segment in reply.segments for name in needed)


def test_words_only_if_asked_for(client) -> None:
    assert create(client, response_format="verbose_json").words is None


def test_more_tasks_stand_beside_the_text(client) -> None:
    reply = create(client, response_format="verbose_json", extra_body={"tasks": ["emotion"]})
    assert reply.answers["emotion"]["label"] == "joy"


def test_what_is_ignored_is_said(live) -> None:
    fields = {"prompt": "Ann", "temperature": "0.2", "response_format": "json"}
    reply = live.http.post("/audio/transcriptions", files={"file": sound()}, data=fields)
    assert reply.headers["x-allears-ignored"] == "prompt, temperature"
    assert "'prompt'" in reply.json()["warnings"][0]


def test_stream_grows_to_the_text(client) -> None:
    events = list(create(client, stream=True))
    assert [event.type for event in events] == ["transcript.text.delta"] * 3 + ["transcript.text.done"]
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == said(3, 0.25)


def test_an_error_before_the_first_event_has_a_status(client) -> None:
    with pytest.raises(openai.BadRequestError, match="text, not audio"):
        create(client, file=("a.wav", b"hello there, I am a text" * 9), stream=True)


def test_async_client(live) -> None:
    async def ask() -> list[str]:
        async with openai.AsyncOpenAI(base_url=live.v1, api_key="none") as client:
            levels = [0.1, 0.2, 0.3]
            asked = (
                client.audio.transcriptions.create(file=("a.flac", sound(2, x, "FLAC")), model="tiny") for x in levels
            )
            return [reply.text for reply in await asyncio.gather(*asked)]

    assert asyncio.run(ask()) == [said(2, x) for x in (0.1, 0.2, 0.3)]


def test_translation(live) -> None:
    fields = {"response_format": "verbose_json"}
    reply = live.http.post("/audio/translations", files={"file": sound()}, data=fields)
    assert (reply.json()["text"], reply.json()["task"]) == ("in English", "translate")


def test_diarized(client) -> None:
    reply = create(client, file=("a.wav", sound(4)), response_format="diarized_json", chunking_strategy="auto")
    assert [(s.speaker, s.text) for s in reply.segments] == [("A", "0:0.25 1:0.25"), ("B", "2:0.25 3:0.25")]
    assert (reply.task, reply.duration) == ("transcribe", 4.0)


def test_diarized_stream(client) -> None:
    events = list(create(client, response_format="diarized_json", stream=True, chunking_strategy="auto"))
    assert [event.type for event in events][-2:] == ["transcript.text.segment", "transcript.text.done"]


def test_a_known_speaker_has_their_name(client) -> None:
    import base64

    reference = "data:audio/wav;base64," + base64.b64encode(sound(3)).decode()
    reply = create(client, file=("a.wav", sound(4)), response_format="diarized_json",
                   extra_body={"known_speaker_names": ["Ann"], "known_speaker_references": [reference]})  # fmt: skip
    assert [segment.speaker for segment in reply.segments] == ["A", "Ann"]


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"model": "gpt-9"}, 404, "model"),
        ({"response_format": "yaml"}, 400, "response_format"),
        ({"language": "klingon"}, 400, "language"),
        ({"tasks": "smell"}, 400, "tasks"),
        ({"timestamp_granularities[]": "letter"}, 400, "timestamp_granularities"),
        ({"response_format": "srt", "stream": "true"}, 400, "response_format"),
        ({"response_format": "diarized_json", "known_speaker_names[]": "Ann"}, 400, "known_speaker_names"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(live, fields, status, param) -> None:
    reply = live.http.post("/audio/transcriptions", files={"file": sound()}, data=fields)
    error = reply.json()["error"]
    assert (reply.status_code, error["param"]) == (status, param)
    assert error["given"]
    assert error["allowed"]


def test_no_file_is_422_and_no_form_is_415(live) -> None:
    address = "/audio/transcriptions"
    assert live.http.post(address, files={"other": sound()}).status_code == 422
    assert live.http.post(address, content=b"{}", headers={"content-type": "application/json"}).status_code == 415


def test_hotwords_are_phrases_and_never_a_file(live) -> None:
    live.http.post("/audio/transcriptions", files={"file": sound()}, data={"hotwords": "/etc/passwd, Ann"})
    assert live.session.asked[-1]["hotwords"] == ["/etc/passwd", "Ann"]


def test_events_are_json_lines(live) -> None:
    reply = live.http.post("/audio/transcriptions", files={"file": sound()}, data={"stream": "true"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in reply.text.split("\n\n") if line]
    assert all(json.loads(line.removeprefix("data: "))["type"] for line in lines)
