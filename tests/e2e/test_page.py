"""The page in a real browser with a fake microphone: drop a file, read and click words, rename, save, talk."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
pytest.importorskip("playwright", reason="playwright, which drives a browser, is not installed")

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.unit.server.live import CleaningSession, TwoSpeakers, running, sound

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
AXE = Path(__file__).parents[2] / "page" / "node_modules" / "axe-core" / "axe.min.js"
KEY = "0123456789abcdef"
PATIENCE_MS = 30_000  # of a machine that is busy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium, or set $CHROMIUM"),
]


class TwoVoices:
    """Says how long the text is, as silence: a tenth of a second a letter."""

    names = ("ann", "bob")

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []

    def parts(self, text: str, *, voice: str, speed: float) -> Iterator[tuple[np.ndarray, int]]:
        self.asked.append((voice, speed))
        yield np.zeros(2400 * len(text), np.float32), 24_000


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    spoken = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    spoken.write_bytes(sound(3))
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as play:
        arguments = ["--no-sandbox", *fake, f"--use-file-for-fake-audio-capture={spoken}"]
        opened = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with running(session=CleaningSession(), more={"diarizer": TwoSpeakers(), "voice": TwoVoices()}) as live:
        yield live


@pytest.fixture
def page(browser: Browser, server: Any) -> Iterator[Page]:
    with browser.new_context(accept_downloads=True) as context:
        shown = context.new_page()
        shown.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        wrong: list[str] = []
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        shown.on("request", lambda asked: wrong.append(asked.url) if not _is_own(asked.url, server.url) else None)
        shown.goto(server.url)
        expect(shown.locator("#status-text")).to_contain_text("tiny")
        yield shown
        assert wrong == [], "the page failed, or asked somebody else"


def _is_own(url: str, own: str) -> bool:
    return url.startswith((own, "blob:", "data:"))


def _hear(page: Page, seconds: float = 4) -> None:
    page.set_input_files("#file", {"name": "talk.wav", "mimeType": "audio/wav", "buffer": sound(seconds)})
    expect(page.locator(".who")).to_have_count(2)
    expect(page.locator("#working")).to_be_hidden()


def test_a_file_is_heard_and_a_word_is_clicked(page: Page) -> None:
    _hear(page)
    expect(page.locator(".word")).to_have_text(["0:0.25", "1:0.25", "2:0.25", "3:0.25"])
    expect(page.locator(".lane")).to_have_count(2)
    expect(page.locator("#facts")).to_contain_text("joy")
    page.locator(".word").nth(2).click()
    expect(page.locator("#audio")).to_have_js_property("currentTime", 2)
    assert page.locator(".word[aria-current]").inner_text() == "2:0.25"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "3:0.25"


def test_a_file_is_dropped(page: Page) -> None:
    data = page.evaluate_handle(
        """bytes => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "dropped.wav", {type: "audio/wav"}));
            return transfer;
        }""",
        list(sound(2)),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    expect(page.locator("#recording-title")).to_have_text("dropped.wav")
    expect(page.locator(".word")).to_have_count(2)


def test_a_speaker_is_renamed_in_all_that_is_saved(page: Page) -> None:
    _hear(page)
    page.fill("#speaker-1", "Ann")
    page.keyboard.press("Tab")
    expect(page.locator(".head strong")).to_have_text(["Speaker 1", "Ann"])
    saved = {}
    for kind in ("TXT", "SRT", "VTT", "JSON", "RTTM"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        saved[kind] = Path(download.value.path()).read_text(encoding="utf-8")
    assert saved["TXT"] == "Speaker 1: 0:0.25 1:0.25\nAnn: 2:0.25 3:0.25\n"
    assert saved["RTTM"].splitlines()[1] == "SPEAKER talk 1 2.000 2.000 <NA> <NA> Ann <NA> <NA>"
    assert "00:00:02,000 --> 00:00:02,500\nAnn: 2:0.25" in saved["SRT"]
    assert "00:00:02.000 --> 00:00:02.500\n<v Ann>2:0.25" in saved["VTT"]
    assert [part["speaker"] for part in json.loads(saved["JSON"])["spoken"]] == ["Speaker 1", "Ann"]


def test_what_is_copied_asks_the_same_again(page: Page, tmp_path: Path) -> None:
    """The line of curl and the program are run as they are, in a folder that has the recording."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _hear(page, 2)
    (tmp_path / "talk.wav").write_bytes(sound(2))
    texts = []
    for name in ("curl", "Python"):
        page.evaluate("document.getElementById('copied').textContent = ''")
        page.get_by_role("button", name=f"Copy as {name}").click()
        expect(page.locator("#copied")).to_have_text("Copied.")
        texts.append(page.evaluate("navigator.clipboard.readText()"))
    commands = [[sys.executable, "-c", texts[1]]] + ([["sh", "-c", texts[0]]] if shutil.which("curl") else [])
    for command in commands:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
        assert "0:0.25 1:0.25" in done.stdout
        assert "SPEAKER_01" in done.stdout


def test_the_noise_is_taken_away(page: Page) -> None:
    _hear(page)
    before = page.evaluate("document.getElementById('audio').src")
    page.check("#clean")
    expect(page.locator("#audio")).not_to_have_js_property("src", before)
    expect(page.locator("#clean-state")).to_have_text("")
    page.uncheck("#clean")


def test_words_come_while_somebody_talks(page: Page) -> None:
    page.click("#talk")
    expect(page.locator("#partial")).to_contain_text("Hello")
    expect(page.locator("#talk")).to_have_attribute("aria-pressed", "true")
    page.click("#talk")
    expect(page.locator("#recording-title")).to_have_text(re.compile(r"^talk-.*\.wav$"))
    expect(page.locator(".word").first).to_be_visible()


def test_an_error_is_shown_as_the_server_says_it(browser: Browser, server: Any) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(server.url)
        page.set_input_files("#file", {"name": "a.wav", "mimeType": "audio/wav", "buffer": b"this is no sound"})
        expect(page.locator("#error")).to_contain_text("a.wav")


def test_commands_are_checked(page: Page) -> None:
    pytest.importorskip("hassil", reason="the extra `commands` is not installed")
    page.click("#commands > summary")
    page.fill("#yaml", page.input_value("#yaml").replace("[the]", "[the"))
    page.click("#check")
    expect(page.locator("#findings li").first).to_contain_text("line 6")
    page.locator("#findings button").first.click()
    assert page.evaluate("document.activeElement.id") == "yaml"


def test_a_text_is_spoken_by_the_voice_that_was_picked(page: Page, server: Any) -> None:
    page.click("#voice > summary")
    page.select_option("#voice-name", "bob")
    page.fill("#text", "hello")
    page.get_by_role("button", name="Speak").click()
    expect(page.locator("#spoken")).to_be_visible()
    expect(page.locator("#spoken")).to_have_js_property("duration", 0.5)
    assert server.app.state.serving.voice.asked == [("bob", 1.0)]


def test_keys_and_help(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#keys tr")).to_have_count(9)
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    _hear(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_key_is_asked_for_and_kept_in_the_tab(browser: Browser) -> None:
    with running(keys=(KEY,)) as live, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(live.url)
        page.fill("#key-value", KEY)
        page.keyboard.press("Enter")
        expect(page.locator("#status-text")).to_contain_text("tiny")
        assert page.evaluate("[sessionStorage.length, localStorage.getItem('allears-key')]") == [1, None]


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm ci in page/")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_for_those_who_cannot_see_it(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    _hear(page)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(result => result.violations)")
    serious = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []
