"""Who is let in."""

from __future__ import annotations

import httpx
import pytest

from tests.unit.server.live import running, sound

websockets = pytest.importorskip("websockets.sync.client")

KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def locked():
    with running(keys=(KEY, "another-good-key")) as server:
        yield server


@pytest.mark.parametrize("key", ["", "wrong", KEY[:-1], KEY + "0", "käse".encode()])
def test_a_wrong_key_is_401(locked, key) -> None:
    value = b"Bearer " + (key if isinstance(key, bytes) else key.encode())
    reply = locked.http.get("/models", headers={"authorization": value} if key else {})
    assert reply.status_code == 401
    assert reply.json()["error"]["code"] == "invalid_api_key"
    assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("key", [KEY, "another-good-key"])
def test_any_right_key_is_good(locked, key) -> None:
    assert locked.http.get("/models", headers={"authorization": f"Bearer {key}"}).status_code == 200


def test_health_is_for_everybody_and_metrics_are_not(locked) -> None:
    assert locked.http.get(f"{locked.url}/health").status_code == 200
    assert locked.http.get(f"{locked.url}/metrics").status_code == 401


def test_a_refused_upload_is_not_received(locked) -> None:
    reply = locked.http.post("/analyze", files={"file": sound()})
    assert reply.status_code == 401
    assert locked.app.state.serving.queue.num_places_taken == 0


def test_a_websocket_needs_a_key_in_a_header_or_as_browsers_send_it(locked) -> None:
    address = f"{locked.v1.replace('http', 'ws')}/realtime"
    with pytest.raises(Exception, match="401"):
        websockets.connect(address)
    with websockets.connect(address, additional_headers={"Authorization": f"Bearer {KEY}"}) as socket:
        assert "session.created" in socket.recv()
    with websockets.connect(address, subprotocols=["realtime", f"openai-insecure-api-key.{KEY}"]) as socket:
        assert "session.created" in socket.recv()
        assert socket.subprotocol == "realtime"


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"host": "evil.example:8000"}])
def test_without_a_key_other_pages_are_refused(live, headers) -> None:
    assert live.http.get("/models", headers=headers).status_code == 403


def test_without_a_key_its_own_page_may_ask(live) -> None:
    assert live.http.get("/models", headers={"origin": live.url}).status_code == 200
    named = httpx.Headers({"host": f"localhost:{live.port}", "origin": f"http://localhost:{live.port}"})
    assert live.http.get("/models", headers=named).status_code == 200
