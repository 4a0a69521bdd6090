"""The server as a whole: its addresses, its OpenAPI, loading, HTTPS, what runs beside it."""

from __future__ import annotations

import ssl

import httpx

from allears.runtime.onnx_file import ModelError
from allears.server.app import create_app
from allears.server.certificate import own_certificate
from allears.server.engine import Engine
from allears.server.options import ServerOptions
from tests.unit.server.live import FakeSession, running, sound, wait_for


def test_models(live) -> None:
    listed = live.http.get("/models").json()
    assert [model["id"] for model in listed["data"]] == ["tiny", "whisper-1"]
    assert live.http.get("/models/whisper-1").json()["object"] == "model"
    assert live.http.get("/models/gpt-9").json()["error"]["allowed"] == "tiny, whisper-1"


def test_analyze_says_everything(live) -> None:
    reply = live.http.post("/analyze", files={"file": ("talk.wav", sound())}).json()
    assert (reply["source"], reply["duration"]) == ("talk.wav", 2.0)
    assert reply["answers"]["emotion"]["label"] == "joy"
    some = live.http.post("/analyze", files={"file": sound()}, data={"tasks[]": ["speech", "speaker"]}).json()
    assert "text" not in some
    assert len(some["speaker"]["embedding"]) == 2


def test_diarization_as_json_and_rttm(live) -> None:
    segments = live.http.post("/audio/diarization", files={"file": sound(4)}).json()["segments"]
    assert [(s["start"], s["end"], s["speaker"]) for s in segments] == [(0, 2, "SPEAKER_00"), (2, 4, "SPEAKER_01")]
    form = {"response_format": "rttm"}
    text = live.http.post("/audio/diarization", files={"file": ("my talk.wav", sound(4))}, data=form).text
    assert text.splitlines()[0] == "SPEAKER my_talk 1 0.000 2.000 <NA> <NA> SPEAKER_00 <NA> <NA>"
    assert live.http.post("/audio/diarization", files={"file": sound()}, data={"num_speakers": "0"}).status_code == 400


def test_without_a_diarizer_it_is_501() -> None:
    with running() as live:
        assert live.http.post("/audio/diarization", files={"file": sound()}).status_code == 501


def test_an_unknown_address_and_method(live) -> None:
    assert live.http.get("/nothing").json()["error"]["code"] == "not_found"
    assert live.http.get("/analyze").status_code == 405


def test_metrics_count(live) -> None:
    live.http.post("/analyze", files={"file": sound()})
    live.http.get("/nothing/at/all")
    text = live.http.get(f"{live.url}/metrics").text
    assert 'allears_requests_total{route="/v1/analyze",status="200"}' in text
    assert 'route="other",status="404"' in text
    assert "allears_ready 1.0" in text
    assert "allears_places_taken 0.0" in text


def test_openapi_names_every_route_and_loads_nothing_from_elsewhere(live) -> None:
    paths = live.http.get(f"{live.url}/openapi.json").json()["paths"]
    assert {"/v1/audio/transcriptions", "/v1/audio/voices", "/v1/analyze", "/health", "/metrics"} <= paths.keys()
    assert live.http.get(f"{live.url}/docs").status_code == 404


def test_health_is_answered_while_the_model_is_loaded() -> None:
    session = FakeSession()
    session.gate.clear()
    with running(session=session, is_ready=False) as live:
        reply = live.http.get(f"{live.url}/health")
        assert (reply.status_code, reply.json()["status"]) == (503, "loading")
        assert live.http.get(f"{live.url}/health/live").status_code == 200
        refused = live.http.post("/analyze", files={"file": sound()})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "loading")
        assert refused.headers["retry-after"]
        session.gate.set()
        wait_for(lambda: live.http.get(f"{live.url}/health").status_code == 200)
        assert live.http.post("/analyze", files={"file": sound()}).status_code == 200


def test_a_model_that_cannot_be_loaded_is_said() -> None:
    class Broken(FakeSession):
        def load(self) -> None:
            raise ModelError("encoder.onnx is damaged")

    with running(session=Broken()) as live:
        reply = live.http.get(f"{live.url}/health")
        assert (reply.status_code, reply.json()["status"]) == (503, "failed")
        assert "damaged" in reply.json()["error"]


def test_services_start_and_stop_with_it() -> None:
    calls = []

    class Beside:
        async def start(self, serving) -> None:
            calls.append(f"start {serving.engine.state}")

        async def stop(self) -> None:
            calls.append("stop")

    with running(more={"services": (Beside(),)}):
        assert calls == ["start loading"]
    assert calls == ["start loading", "stop"]


def test_https_with_a_certificate_of_its_own(tmp_path) -> None:
    certificate, key = own_certificate("127.0.0.1", tmp_path)
    assert key.stat().st_mode & 0o77 == 0
    with running(certificate=(certificate, key)) as live:
        trusting = ssl.create_default_context(cafile=str(certificate))
        reply = httpx.get(f"https://127.0.0.1:{live.port}/health", verify=trusting)
        assert reply.json()["status"] == "ready"


def test_a_certificate_is_kept_until_it_misses_a_name(tmp_path) -> None:
    first = own_certificate("127.0.0.1", tmp_path)[0].read_bytes()
    assert own_certificate("127.0.0.1", tmp_path)[0].read_bytes() == first
    assert own_certificate("192.168.7.7", tmp_path)[0].read_bytes() != first


def test_create_app_needs_no_model() -> None:
    def never() -> None:
        raise AssertionError("opened before it was started")

    create_app(ServerOptions(), Engine(never))
