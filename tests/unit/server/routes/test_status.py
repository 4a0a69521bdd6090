"""What a server can do, for its page."""

from __future__ import annotations

from tests.unit.server.live import FakeSession, running


def test_what_it_can_do(live) -> None:
    status = live.http.get("/status").json()
    assert (status["status"], status["model"]["name"], status["voice"]) == ("ready", "tiny", None)
    assert "emotion" in status["model"]["tasks"]
    assert status["diarization"] is True
    assert status["load"] == {"running": 0, "places_taken": 0, "places": 65, "workers": 1}
    assert status["limits"]["max_upload_mb"] == 200


def test_the_names_of_its_voices() -> None:
    class Two:
        names = ("ann", "bob")

    with running(more={"voice": Two()}) as live:
        status = live.http.get("/status").json()
        assert (status["voice"], status["diarization"]) == ({"names": ["ann", "bob"]}, False)


def test_while_the_model_is_loaded() -> None:
    session = FakeSession()
    session.gate.clear()
    with running(session=session, is_ready=False) as live:
        status = live.http.get("/status").json()
        assert (status["status"], status["model"]) == ("loading", None)
        session.gate.set()
