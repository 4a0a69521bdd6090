"""Wake words: told once each, only those that are waited for, at any rate of the microphone."""

from __future__ import annotations

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")

from wyoming.info import Describe, Info
from wyoming.wake import Detect, Detection

from allears.keywords.hits import KeywordHit
from allears.keywords.keyword import Keyword
from allears.keywords.store import KeywordStore
from tests.unit.server.live import MODEL, FakeSession
from tests.unit.wyoming.live import answering, scenario, sound_events


class Listens(FakeSession):
    """A keyword is heard after half a second. `num_heard`: samples."""

    num_heard = 0

    def listener(self, keywords):
        self.num_heard = 0
        return self

    def hear(self, source, **options):
        if options or len(source) > 16_000:  # the warm-up
            return super().hear(source, **options)
        before, self.num_heard = self.num_heard, self.num_heard + len(source)
        is_now = before < 8_000 <= self.num_heard
        return (KeywordHit("computer", 0.3, 0.5, 4.0, 0.1, "examples"),) if is_now else ()

    def finish(self):
        return ()


def folder_with(tmp_path, *names: str) -> str:
    import numpy as np

    store = KeywordStore(tmp_path / "keywords")
    for name in names:
        templates = (np.ones((4, 4), np.float32),)
        store.save(Keyword(name, f"{MODEL.name} {MODEL.version}", (), templates, 1, 0.1, {}))
    return str(store.folder)


def test_a_wake_word_is_told_once_and_silence_is_no_wake_word(tmp_path) -> None:
    folder = folder_with(tmp_path, "computer", "other")

    @scenario
    async def story() -> None:
        async with answering(session=Listens(), keywords_folder=folder) as port:
            info = Info.from_event((await port.ask(Describe().event(), until="info"))[0])
            assert [model.name for model in info.wake[0].models] == ["computer", "other"]
            for rate in (16_000, 48_000):
                asked = Detect(names=["computer"]).event()
                (event,) = await port.ask(asked, *sound_events(1.0, rate=rate, has_stop=False), until="detection")
                assert Detection.from_event(event).name == "computer"
                assert event.data["timestamp"] == 500
            quiet = await port.ask(Detect(names=["other"]).event(), *sound_events(1.0), until="not-detected")
            assert [e.type for e in quiet] == ["not-detected"]

    story()


def test_a_wake_word_that_is_none_is_an_error(tmp_path) -> None:
    folder = folder_with(tmp_path, "computer")

    @scenario
    async def story() -> None:
        async with answering(session=Listens(), keywords_folder=folder) as port:
            events = await port.ask(Detect(names=["jarvis"]).event(), *sound_events(0.1), until="error")
            assert "'jarvis'" in events[-1].data["text"]
            assert "computer" in events[-1].data["text"]

    story()
