"""The cleaned sound is as long as the recording; a model that cannot clean says so."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from tests.unit.server.live import CleaningSession, running, sound


@pytest.fixture(scope="module")
def server():
    with running(session=CleaningSession()) as live:
        yield live


@pytest.mark.parametrize(("kind", "media"), [("wav", "audio/wav"), ("flac", "audio/flac")])
def test_the_sound_without_noise(server, kind, media) -> None:
    form = {"response_format": kind}
    reply = server.http.post("/audio/clean", files={"file": ("talk.wav", sound(1.5, 0.5))}, data=form)
    assert (reply.status_code, reply.headers["content-type"]) == (200, media)
    samples, rate = soundfile.read(io.BytesIO(reply.content))
    assert (len(samples), rate) == (24_000, 16_000)
    np.testing.assert_allclose(samples, 0.25, atol=1e-3)


def test_other_formats_are_refused(server) -> None:
    reply = server.http.post("/audio/clean", files={"file": sound()}, data={"response_format": "mp3"})
    assert (reply.status_code, reply.json()["error"]["allowed"]) == (400, "wav, flac")


def test_what_is_no_sound_is_400(server) -> None:
    assert server.http.post("/audio/clean", files={"file": b"no sound"}).status_code == 400


def test_a_model_that_cannot_clean_is_501(live) -> None:
    reply = live.http.post("/audio/clean", files={"file": sound()})
    assert (reply.status_code, "cannot clean" in reply.json()["error"]["message"]) == (501, True)
