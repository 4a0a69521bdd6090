"""Addresses of the three kinds, and what is none of them."""

from __future__ import annotations

import socket
import stat

import pytest

from allears.wyoming.address import bind, read_address


@pytest.mark.parametrize(
    ("uri", "kind"),
    [("tcp://0.0.0.0:10300", "tcp"), ("tcp://[::1]:0", "tcp"), ("unix:///tmp/a.sock", "unix"), ("stdio://", "stdio")],
)
def test_an_address_is_read_and_written_the_same(uri, kind) -> None:
    address = read_address(uri)
    assert (address.kind, str(address)) == (kind, uri)


@pytest.mark.parametrize(
    "uri", ["", "10300", "tcp://", "tcp://host", "tcp://:10300", "tcp://h:99999", "http://h:1", "unix://", "unix://a/b",
            "tcp://h:1/x"],
)  # fmt: skip
def test_what_is_none_is_refused_with_examples(uri) -> None:
    with pytest.raises(ValueError, match=r"tcp://0\.0\.0\.0:10300"):
        read_address(uri)


def test_an_address_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="another program"):
        bind(read_address(f"tcp://127.0.0.1:{taken.getsockname()[1]}"))


def test_a_unix_socket_is_the_owners_and_a_dead_one_is_replaced(tmp_path) -> None:
    address = read_address(f"unix://{tmp_path}/a.sock")
    for _ in range(2):  # nobody listens at the first any more when the second comes
        bound = bind(address)
        assert bound is not None
        assert stat.S_IMODE((tmp_path / "a.sock").stat().st_mode) == 0o600
        bound.close()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="cannot be listened at"):
        bind(read_address(f"unix://{tmp_path}/file"))
    assert (tmp_path / "file").read_text() == "mine"
