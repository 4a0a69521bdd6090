"""What MPD is told cannot be turned into other commands."""

from __future__ import annotations

import pytest

from allears.assistant.clients.mpd import Mpd, quoted
from allears.assistant.clients.mpv import PlayerError
from tests.unit.assistant.clients.fake_mpd import FakeMpd


def test_arguments_are_quoted() -> None:
    assert quoted('a "b" \\ c') == '"a \\"b\\" \\\\ c"'
    assert quoted("a\nclear") == '"a clear"'


def test_what_is_no_mpd_is_told() -> None:
    fake = FakeMpd("HTTP/1.1 400 Bad Request")
    try:
        with pytest.raises(PlayerError, match="is no MPD"):
            Mpd("127.0.0.1", fake.port).tell(["status"])
    finally:
        fake.close()
    with pytest.raises(PlayerError, match="gave no answer"):
        Mpd("127.0.0.1", fake.port).tell(["status"])
