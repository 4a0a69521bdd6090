"""Realtime transcription, by OpenAI's own client and by a client that sends rubbish."""

from __future__ import annotations

import base64
import json
import time

import numpy as np
import pytest

from tests.unit.server.live import running, wait_for

openai = pytest.importorskip("openai")
websockets = pytest.importorskip("websockets.sync.client")

PREFIX = "conversation.item.input_audio_transcription"


@pytest.fixture
def connection(live):
    with (
        openai.OpenAI(base_url=live.v1, api_key="none") as client,
        client.realtime.connect(model="whisper-1", extra_query={"intent": "transcription"}) as made,
    ):
        assert made.recv().type == "session.created"
        yield made


def pcm(seconds: float, rate: int = 24_000) -> str:
    return base64.b64encode(np.full(round(seconds * rate), 8000, "<i2").tobytes()).decode()


def until(connection, kind):
    events = []
    while not events or events[-1].type != kind:
        events.append(connection.recv())
        assert events[-1].type != "error" or kind == "error", events[-1]
    return events


def update(connection, **heard):
    connection.session.update(session={"type": "transcription", "audio": {"input": heard}})
    return connection.recv()


def test_a_turn_is_told_as_it_goes(connection) -> None:
    for _ in range(4):
        connection.input_audio_buffer.append(audio=pcm(0.3))
    events = until(connection, f"{PREFIX}.completed")
    assert [event.type for event in events] == [
        "input_audio_buffer.speech_started", f"{PREFIX}.delta", "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed", f"{PREFIX}.delta", f"{PREFIX}.completed",
    ]  # fmt: skip
    assert [event.delta for event in events if event.type == f"{PREFIX}.delta"] == ["Hello", " there."]
    assert events[-1].transcript == "Hello there."
    assert len({event.item_id for event in events}) == 1
    assert (events[0].audio_start_ms, events[2].audio_end_ms) == (0, 900)


def test_commit_ends_a_turn_and_times_go_on(connection) -> None:
    connection.input_audio_buffer.append(audio=pcm(0.5))
    connection.input_audio_buffer.commit()
    first = until(connection, f"{PREFIX}.completed")
    connection.input_audio_buffer.append(audio=pcm(0.5))
    connection.input_audio_buffer.commit()
    second = until(connection, f"{PREFIX}.completed")
    assert second[0].audio_start_ms == 500
    committed = [event for event in [*first, *second] if event.type == "input_audio_buffer.committed"]
    assert committed[0].previous_item_id is None
    assert committed[1].previous_item_id == committed[0].item_id


def test_without_turn_detection_the_client_says_when(connection) -> None:
    assert update(connection, turn_detection=None).session.audio.input.turn_detection is None
    connection.input_audio_buffer.append(audio=pcm(1.0))
    connection.input_audio_buffer.append(audio=pcm(1.0))
    connection.input_audio_buffer.commit()
    events = until(connection, f"{PREFIX}.completed")
    assert [event.type.rpartition(".")[2] for event in events] == ["committed", "delta", "completed"]
    assert events[-1].usage.seconds == 2.0
    assert events[-1].transcript.startswith("0:0.")


def test_an_empty_commit_is_an_error_and_the_session_goes_on(connection) -> None:
    update(connection, turn_detection=None)
    connection.input_audio_buffer.commit()
    assert connection.recv().error.code == "input_audio_buffer_commit_empty"
    connection.input_audio_buffer.append(audio=pcm(1.0))
    connection.input_audio_buffer.commit()
    until(connection, f"{PREFIX}.completed")


def test_settings_reach_the_stream(connection, live) -> None:
    heard = {"type": "server_vad", "silence_duration_ms": 300, "prefix_padding_ms": 100, "threshold": 0.6}
    told = update(connection, format={"type": "audio/pcm", "rate": 16000}, transcription={"language": "de"},
                  turn_detection=heard)  # fmt: skip
    assert told.session.audio.input.transcription.language == "de"
    connection.input_audio_buffer.append(audio=pcm(0.1, 16_000))
    connection.input_audio_buffer.commit()
    until(connection, f"{PREFIX}.completed")
    asked = live.session.asked[-1]
    assert (asked["sample_rate"], asked["language"]) == (16_000, "de")
    assert asked["options"].endpoint.min_silence_s == 0.3
    assert (asked["options"].endpoint.threshold, asked["options"].preroll_s) == (0.6, 0.1)


@pytest.mark.parametrize(
    "heard",
    [
        {"format": {"type": "audio/pcmu"}},
        {"format": {"type": "audio/pcm", "rate": 12}},
        {"transcription": {"language": "klingon"}},
        {"turn_detection": {"type": "semantic_vad"}},
        {"turn_detection": {"type": "server_vad", "silence_duration_ms": -1}},
        {"turn_detection": {"type": "server_vad", "threshold": 7}},
    ],
)
def test_a_setting_that_cannot_be_is_an_error_that_says_what_can(connection, heard) -> None:
    told = update(connection, **heard)
    assert told.type == "error"
    assert told.error.allowed


def test_rubbish_is_answered_and_the_session_goes_on(live) -> None:
    with websockets.connect(f"{live.v1.replace('http', 'ws')}/realtime") as socket:
        assert json.loads(socket.recv())["type"] == "session.created"
        rubbish = ["", "{", "[]", '{"type": 7}', '{"type": "response.create"}', b"\x00\xff" * 50, "[" * 5000,
                   '{"type": "input_audio_buffer.append"}', '{"type": "input_audio_buffer.append", "audio": "!"}',
                   '{"type": "input_audio_buffer.append", "audio": "YQ=="}', '{"type": "session.update"}',
                   '{"type": "session.update", "session": {"audio": 3}}'] * 5  # fmt: skip
        for message in rubbish:
            socket.send(message)
            assert json.loads(socket.recv())["type"] == "error"
        socket.send(json.dumps({"type": "input_audio_buffer.clear", "event_id": "mine"}))
        assert json.loads(socket.recv())["type"] == "input_audio_buffer.cleared"


def test_more_tasks_come_with_the_result(live) -> None:
    with websockets.connect(f"{live.v1.replace('http', 'ws')}/realtime?tasks=emotion") as socket:
        socket.recv()
        socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": pcm(1.1)}))
        while (event := json.loads(socket.recv()))["type"] != f"{PREFIX}.completed":
            pass
        assert event["result"]["speaker"]["nearest"]["name"] == "Ann"


def test_sessions_are_counted_and_given_back() -> None:
    with running(num_realtime=1) as live:
        address = f"{live.v1.replace('http', 'ws')}/realtime"
        with websockets.connect(address) as first:
            first.recv()
            with pytest.raises(Exception, match="429"):
                websockets.connect(address)
        wait_for(lambda: b"allears_realtime_sessions 0.0" in live.app.state.serving.metrics.text())
        with websockets.connect(address) as second:
            assert json.loads(second.recv())["type"] == "session.created"


def test_an_idle_connection_is_closed() -> None:
    with (
        running(realtime_idle_s=0.2) as live,
        websockets.connect(f"{live.v1.replace('http', 'ws')}/realtime") as socket,
    ):
        socket.recv()
        with pytest.raises(Exception, match="nothing was sent"):
            socket.recv(timeout=5)


def test_the_time_limit_of_headers_does_not_end_a_websocket() -> None:
    with running(idle_s=0.2) as live, websockets.connect(f"{live.v1.replace('http', 'ws')}/realtime") as socket:
        socket.recv()
        time.sleep(0.5)
        socket.send(json.dumps({"type": "input_audio_buffer.clear"}))
        assert json.loads(socket.recv())["type"] == "input_audio_buffer.cleared"


def test_the_buffer_has_an_end(live) -> None:
    with running(max_audio_s=1.0) as small, websockets.connect(f"{small.v1.replace('http', 'ws')}/realtime") as socket:
        socket.recv()
        silent = {"type": "session.update", "session": {"audio": {"input": {"turn_detection": None}}}}
        socket.send(json.dumps(silent))
        socket.recv()
        socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": pcm(1.5)}))
        assert json.loads(socket.recv())["error"]["code"] == "audio_too_long"
