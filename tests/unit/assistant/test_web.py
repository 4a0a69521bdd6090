"""The way out: to declared hosts alone."""

from __future__ import annotations

import pytest

from allears.assistant.web import Offline, Web, host_of
from tests.unit.assistant.fakes import serving


def test_json_is_read_and_posted() -> None:
    with serving({"/a": lambda query, body: {"query": query, "body": body}}) as server:
        web = Web(server.url, headers={"Authorization": "Bearer x"})
        assert web.json(f"{server.url}/a", {"n": 1}, data=[2]) == {"query": {"n": "1"}, "body": [2]}
        assert server.headers[0]["Authorization"] == "Bearer x"
        assert web.hosts == (host_of(server.url),)


def test_another_host_is_refused_before_anything_is_sent() -> None:
    with serving({}) as server, pytest.raises(ValueError, match="was not declared"):
        Web("https://api.open-meteo.com").json(server.url)
    assert server.asked == []


@pytest.mark.parametrize("status", [404, 500, 302])
def test_what_is_no_answer_is_offline(status: int) -> None:
    with serving({"/": lambda query, body: status}) as server, pytest.raises(Offline, match=str(status)):
        Web(server.url).json(f"{server.url}/")


def test_nobody_there_is_offline() -> None:
    with serving({}) as server:
        url = server.url
    with pytest.raises(Offline, match="gave no answer"):
        Web(url).json(url)


@pytest.mark.parametrize("url", ["", "ftp://a", "open-meteo.com", "http://"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        host_of(url)
