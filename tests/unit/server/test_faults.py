"""What goes wrong: rubbish, hang-ups, slowness, full disks, too much. No crash, nothing lost, clear errors."""

from __future__ import annotations

import errno
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from starlette.datastructures import UploadFile

from tests.unit.server.live import FakeSession, raw, running, said, sound, wait_for

HEAD = b"POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"


START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


def analyze(live, data: bytes = b"", **more):
    return live.http.post("/analyze", files={"file": ("a.wav", data)}, **more)


def is_alive(live) -> bool:
    return analyze(live, sound()).json()["text"] == said(2, 0.25)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"RIFF\x00\x00\x00\x00WAVE" + b"\xff" * 300, "a.wav"),
        (np.random.default_rng(0).bytes(5000), "a.wav"),
        (sound(level=np.nan, subtype="FLOAT"), "NaN"),
        (sound()[:44], "no samples"),
        (b"<html>no sound</html>" * 20, "text, not audio"),
    ],
)
def test_bad_audio_is_400_and_says_why(live, data, why) -> None:
    reply = analyze(live, data)
    error = reply.json()["error"]
    assert reply.status_code == 400
    assert error["code"] == "invalid_audio"
    assert why in error["message"]
    assert "file object" not in error["message"]


def test_too_much_is_413_whether_the_client_says_so_or_not() -> None:
    with running(max_upload_mb=0.1) as live:
        assert analyze(live, sound(10)).status_code == 413

        def pieces():
            yield START
            yield from [b"x" * 50_000] * 4

        reply = live.http.post(
            "/analyze", content=pieces(), headers={"content-type": "multipart/form-data; boundary=b"}
        )
        assert (reply.status_code, reply.json()["error"]["code"]) == (413, "too_large")
        assert is_alive(live)


def test_long_audio_is_413() -> None:
    with running(max_audio_s=3.0) as live:
        reply = analyze(live, sound(4))
        assert (reply.status_code, reply.json()["error"]["code"]) == (413, "audio_too_long")
        assert live.session.num_windows <= 2  # those of the warm-up: it was refused before it was heard


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # half a file is closed by the collector
def test_a_thousand_malformed_requests(live) -> None:
    draw = random.Random(0)
    bodies = [
        b"",
        b"--b",
        b"--b\r\n\r\n\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="model"; filename="a"\r\n\r\nx\r\n--b--\r\n',
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        b"\x00\xff\xfe" * 100,
    ]
    kinds = [
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "application/json",
        "",
        "multipart/form-data; boundary=",
    ]
    paths = [
        "analyze",
        "audio/transcriptions",
        "audio/translations",
        "audio/diarization",
        "audio/voices",
        "audio/speech",
    ]
    for _ in range(1000):
        body = draw.choice(bodies)
        cut = body[: draw.randrange(len(body) + 1)] if draw.random() < 0.5 else body
        headers = {"content-type": draw.choice(kinds)}
        reply = live.http.post(f"/{draw.choice(paths)}", content=cut, headers=headers)
        assert reply.status_code in (400, 415, 422, 501), (cut, headers, reply.text)
        assert reply.json()["error"]["message"]
    assert is_alive(live)


def test_garbage_on_the_wire(live) -> None:
    for data in (b"\x16\x03\x01\x02", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 50, HEAD + b"Content-Length: -4\r\n\r\n"):
        with raw(live.port, data) as connection:
            connection.settimeout(0.2)
            try:
                connection.recv(1000)
            except OSError:
                continue
    assert is_alive(live)


def test_hang_up_in_the_middle_of_an_upload(live) -> None:
    queue = live.app.state.serving.queue
    connection = raw(live.port, HEAD + b"Content-Length: 9000000\r\n\r\n" + START + b"x" * 100_000)
    wait_for(lambda: queue.num_places_taken == 1)
    connection.close()
    wait_for(lambda: queue.num_places_taken == 0)
    assert is_alive(live)


def test_hang_up_stops_the_work_between_windows() -> None:
    with running(session=FakeSession(window_takes_s=0.02)) as live:
        before = live.session.num_windows
        with pytest.raises(httpx.ReadTimeout):
            live.http.post("/analyze", files={"file": sound(200)}, timeout=httpx.Timeout(5, read=0.3))
        wait_for(lambda: live.app.state.serving.queue.num_running == 0)
        assert 0 < live.session.num_windows - before < 100


def test_hang_up_while_waiting_frees_the_place() -> None:
    with running() as live:
        live.session.gate.clear()
        queue = live.app.state.serving.queue
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(analyze, live, sound())
            wait_for(lambda: queue.num_running == 1)
            with pytest.raises(httpx.ReadTimeout):
                live.http.post("/analyze", files={"file": sound()}, timeout=httpx.Timeout(5, read=0.2))
            wait_for(lambda: queue.num_places_taken == 1)
            live.session.gate.set()
            assert first.result().status_code == 200


def test_hang_up_in_the_middle_of_a_stream() -> None:
    with running(session=FakeSession(window_takes_s=0.02)) as live:
        address, data = "/audio/transcriptions", {"stream": "true"}
        with live.http.stream("POST", address, files={"file": sound(200)}, data=data) as reply:
            next(reply.iter_lines())
        queue = live.app.state.serving.queue
        wait_for(lambda: queue.num_running == queue.num_places_taken == 0)
        assert live.session.num_windows < 150


def test_a_slow_body_is_408() -> None:
    with running(idle_s=0.3) as live, raw(live.port, HEAD + b"Content-Length: 900\r\n\r\n" + START) as connection:
        assert b" 408 " in connection.recv(1000)
        wait_for(lambda: live.app.state.serving.queue.num_places_taken == 0)


def test_drops_of_a_body_do_not_go_on_for_ever() -> None:
    with (
        running(idle_s=5, receive_s=0.4) as live,
        raw(live.port, HEAD + b"Content-Length: 900\r\n\r\n" + START) as connection,
    ):
        connection.settimeout(0.1)
        reply, until = b"", time.monotonic() + 5
        while not reply and time.monotonic() < until:
            connection.sendall(b"x")
            try:
                reply = connection.recv(1000)
            except TimeoutError:
                continue
        assert b" 408 " in reply


def test_slow_headers_are_let_go() -> None:
    with running(idle_s=0.3) as live, raw(live.port, b"GET /health HT") as connection:
        connection.settimeout(0.1)
        until = time.monotonic() + 5
        for _ in range(40):
            try:
                connection.sendall(b"x")
                if connection.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() < until - 1
        assert is_alive(live)


def test_a_full_disk_is_507(live, monkeypatch) -> None:
    async def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(UploadFile, "write", full)
        reply = analyze(live, sound())
    assert reply.status_code == 507
    assert reply.headers["retry-after"]
    assert is_alive(live)


def test_all_places_taken_is_429_with_a_time() -> None:
    with running(num_waiting=2, num_per_client=10) as live, ThreadPoolExecutor(3) as pool:
        live.session.gate.clear()
        accepted = [pool.submit(analyze, live, sound()) for _ in range(3)]
        wait_for(lambda: live.app.state.serving.queue.num_places_taken == 3)
        refused = analyze(live, sound(20))
        live.session.gate.set()
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert [done.result().status_code for done in accepted] == [200] * 3


def test_many_clients_none_lost_none_mixed_up() -> None:
    with running(num_waiting=64, num_per_client=64, num_workers=3) as live:

        def ask(number: int) -> bool:
            seconds, level = 1 + number % 4, 0.01 + number % 50 / 60
            reply = analyze(live, sound(seconds, level, subtype="FLOAT"))
            return reply.json()["text"] == said(seconds, level)

        with ThreadPoolExecutor(16) as pool:
            assert all(pool.map(ask, range(120)))


def test_shutdown_finishes_what_was_accepted() -> None:
    replies = []
    with running() as live:
        live.session.gate.clear()
        address = f"{live.v1}/analyze"  # by a client of its own: that of `live` is closed before the server stops
        asking = threading.Thread(target=lambda: replies.append(httpx.post(address, files={"file": sound()})))
        asking.start()
        wait_for(lambda: live.app.state.serving.queue.num_running == 1)
        threading.Timer(0.3, live.session.gate.set).start()  # after the server was told to stop
    asking.join()
    assert replies[0].json()["text"] == said(2, 0.25)


def test_memory_is_given_back_after_many_uploads(live) -> None:
    import gc

    for _ in range(20):
        analyze(live, sound(30))
    gc.collect()
    kept = [each for each in gc.get_objects() if type(each) is UploadFile]  # isinstance would wake lazy modules
    assert not kept
