"""One server for the tests that do not change it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")

from tests.unit.server.live import Live, TwoSpeakers, running


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with running(more={"diarizer": TwoSpeakers()}) as server:
        yield server
