"""Take the pictures of docs/page.md: the page of a real server, in light, in dark and on a phone, with the demo clip.

python scripts/page_pictures.py      # needs the extra `server`, playwright and Chromium ($CHROMIUM, or on the path)
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SHOTS = {"light": ("light", 1080, 900), "dark": ("dark", 1080, 900), "phone": ("light", 360, 740)}
READY_S, HEARD_MS = 60, 120_000


def main() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "allears", "serve", "--port", str(port)])
    try:
        _wait(f"http://127.0.0.1:{port}/health")
        with sync_playwright() as play:
            chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, (scheme, width, height) in SHOTS.items():
                page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
                page.goto(f"http://127.0.0.1:{port}/")
                page.get_by_text("Hear the example").click()
                page.get_by_text("mountains").wait_for(timeout=HEARD_MS)
                page.get_by_text("with the way there and back").wait_for(timeout=HEARD_MS)
                page.get_by_text("mountains").click()
                page.wait_for_timeout(1000)
                page.screenshot(path=IMAGES / f"page-{name}.png", full_page=True)
            browser.close()
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < READY_S:
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"the server was not ready within {READY_S} s")


if __name__ == "__main__":
    main()
