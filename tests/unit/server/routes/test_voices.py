"""Voices are enrolled, listed, and forgotten."""

from __future__ import annotations

import pytest

from tests.unit.server.live import running, sound


@pytest.fixture
def server(tmp_path):
    with running(more={"voices_folder": str(tmp_path / "voices")}) as live:
        yield live


def test_a_voice_is_enrolled_listed_and_forgotten(server) -> None:
    files = [("file", ("1.wav", sound())), ("file", ("2.wav", sound()))]
    made = server.http.post("/audio/voices", files=files, data={"name": "Ann"})
    assert (made.status_code, made.json()["name"], made.json()["num_clips"]) == (201, "Ann", 2)
    listed = server.http.get("/audio/voices").json()["data"]
    assert [(voice["name"], voice["id"]) for voice in listed] == [("Ann", made.json()["id"])]
    assert server.http.delete(f"/audio/voices/{made.json()['id']}").json()["deleted"]
    assert server.http.get("/audio/voices").json()["data"] == []


def test_a_bad_clip_enrolls_nobody(server) -> None:
    files = [("file", ("1.wav", sound())), ("file", ("2.wav", b""))]
    assert server.http.post("/audio/voices", files=files, data={"name": "Ann"}).status_code == 400
    assert server.http.get("/audio/voices").json()["data"] == []


def test_a_name_and_clips_are_needed(server) -> None:
    assert server.http.post("/audio/voices", files={"file": sound()}).status_code == 422
    assert server.http.post("/audio/voices", files={"name": (None, "Ann")}).status_code == 422


@pytest.mark.parametrize("name", ["Bob", "..%2F..%2Fetc", "%00"])
def test_an_unknown_voice_is_404(server, name) -> None:
    reply = server.http.delete(f"/audio/voices/{name}")
    assert reply.status_code == 404
