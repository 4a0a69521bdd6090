"""The page is served as it was built, keeps to itself, and is there for people who have no key yet."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from allears.server.routes.page import PAGE
from tests.unit.server.live import running

SOURCES = Path(__file__).parents[3] / "page"
BUILT = sorted(path for path in PAGE.rglob("*") if path.is_file())
MAX_BYTES = 400_000
KEY = "0123456789abcdef"


def _assets() -> list[str]:
    return [path.name for path in BUILT if path.parent.name == "assets"]


def test_it_is_built_from_its_sources() -> None:
    if not SOURCES.is_dir():
        pytest.skip("the sources of the page are not here (an sdist or a wheel)")
    stated = dict(reversed(line.split(maxsplit=1)) for line in (PAGE / "sources.sha256").read_text().splitlines())
    files = [path for path in SOURCES.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    real = {f"./{path.relative_to(SOURCES)}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert stated == real, "page/ was changed and not built: run scripts/page.sh"


def test_it_is_small_and_has_no_maps() -> None:
    assert sum(path.stat().st_size for path in BUILT) < MAX_BYTES
    assert not [path for path in BUILT if path.suffix == ".map"]
    assert len([name for name in _assets() if name.endswith(".css")]) == 1


def test_it_names_no_other_host() -> None:
    for path in BUILT:
        hosts = set(re.findall(r"(?:https?:|wss?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", path.read_text(encoding="utf-8")))
        assert hosts <= {"www.w3.org"}, f"{path.name} names {hosts}"  # the name of SVG's language, which nobody asks


def test_the_index_has_no_script_or_style_of_its_own() -> None:
    index = (PAGE / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", index)
    assert all(tag.strip() == "" for tag in re.findall(r"<script[^>]*>(.*?)</script>", index, re.DOTALL))


def test_the_page_is_asked_for_each_time(live) -> None:
    reply = live.http.get(f"{live.url}/")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert reply.headers["cache-control"] == "no-store"
    assert "<title>allears</title>" in reply.text


@pytest.mark.parametrize("kind", [("js", "text/javascript; charset=utf-8"), ("css", "text/css; charset=utf-8"),
                                  ("svg", "image/svg+xml")])  # fmt: skip
def test_files_named_after_their_content_are_kept(live, kind) -> None:
    name = next(name for name in _assets() if name.endswith(kind[0]))
    reply = live.http.get(f"{live.url}/assets/{name}")
    assert (reply.status_code, reply.headers["content-type"]) == (200, kind[1])
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_policy_lets_nothing_in_from_elsewhere(live) -> None:
    stated = live.http.get(f"{live.url}/").headers["content-security-policy"]
    policy = {part.split()[0]: part.split()[1:] for part in stated.split("; ")}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in stated


def test_head_has_the_same_headers_and_nothing_else(live) -> None:
    head, got = live.http.head(f"{live.url}/"), live.http.get(f"{live.url}/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


def test_the_example_is_there(live) -> None:
    reply = live.http.get(f"{live.url}/demo.flac")
    assert (reply.headers["content-type"], reply.content[:4]) == ("audio/flac", b"fLaC")


@pytest.mark.parametrize("path", ["sources.sha256", "assets/../../app.py", "assets/%2e%2e/%2e%2e/app.py", "page/"])
def test_nothing_else_is_served(live, path) -> None:
    assert live.http.get(f"{live.url}/{path}").status_code == 404


def test_addresses_for_programs_stay_what_they_are(live) -> None:
    assert live.http.get("/analyze").status_code == 405
    assert live.http.get("/models").status_code == 200


def test_without_a_page() -> None:
    with running(has_page=False) as live:
        assert live.http.get(f"{live.url}/").status_code == 404
        assert live.http.get(f"{live.url}/{_assets()[0]}").status_code == 404
        assert live.http.get("/models").status_code == 200


def test_a_folder_without_a_page_is_none(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("allears.server.routes.page.PAGE", tmp_path)
    with running() as live:
        assert live.http.get(f"{live.url}/").status_code == 404


def test_with_a_key_the_page_loads_and_what_it_asks_needs_the_key() -> None:
    with running(keys=(KEY,)) as live:
        assert live.http.get(f"{live.url}/").status_code == 200
        assert live.http.get(f"{live.url}/assets/{_assets()[0]}").status_code == 200
        assert live.http.get("/status").status_code == 401
        assert live.http.get("/status", headers={"authorization": f"Bearer {KEY}"}).json()["status"] == "ready"
