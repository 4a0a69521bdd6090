"""Options that cannot be are refused before anything listens."""

from __future__ import annotations

import pytest

from allears.server.options import ServerOptions, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost", "[::1]"])
def test_this_machine_needs_no_key(host) -> None:
    assert is_loopback(host)
    assert ServerOptions(host=host).keys == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])
def test_others_need_one(host) -> None:
    with pytest.raises(ValueError, match="--key"):
        ServerOptions(host=host)
    assert ServerOptions(host=host, keys=("12345678",)).host == host


@pytest.mark.parametrize(
    "wrong", [{"port": -1}, {"port": 70_000}, {"num_workers": 0}, {"max_audio_s": 0.0}, {"max_upload_mb": float("nan")},
              {"keys": ("short",)}, {"keys": (" 12345678",)}, {"idle_s": -1.0}]
)  # fmt: skip
def test_values_that_cannot_be(wrong) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        ServerOptions(**wrong)
