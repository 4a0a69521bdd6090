"""A skill's way out: JSON over HTTP, to the hosts it declared and to no other.

In: addresses. Out: parsed JSON. A redirect is not followed: it could lead anywhere.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

__all__ = ["Offline", "Web", "host_of"]

_TIMEOUT_S = 5.0
_MOST_BYTES = 4_000_000


class Offline(Exception):
    """Nobody answered, or not as they should; the message says why."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Web:
    """See the module.

    Args:
        bases: addresses such as `https://api.open-meteo.com`, below which everything asked for lies.
        headers: of every question.
        timeout_s: after which nobody answered.

    Attributes:
        hosts: declared.
    """

    def __init__(self, *bases: str, headers: Mapping[str, str] | None = None, timeout_s: float = _TIMEOUT_S) -> None:
        self.hosts = tuple(dict.fromkeys(host_of(base) for base in bases))
        self._headers, self._timeout_s = dict(headers or {}), timeout_s
        self._open = urllib.request.build_opener(_NoRedirect).open

    def json(self, url: str, query: Mapping[str, Any] | None = None, *, data: Any = None) -> Any:
        """What is there; `data` is posted.

        Raises:
            ValueError: a host that was not declared.
            Offline: nobody answered, or not with JSON.
        """
        if host_of(url) not in self.hosts:
            raise ValueError(f"{host_of(url)} was not declared, only {', '.join(self.hosts)}: give its address to Web")
        full = f"{url}?{urlencode(query)}" if query else url
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(full, data=body, headers={"Content-Type": "application/json", **self._headers})
        try:
            with self._open(request, timeout=self._timeout_s) as answer:
                return json.loads(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                raise Offline(f"{host_of(url)} answered {error.code} {error.reason}") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Offline(f"{host_of(url)} gave no answer ({reason})") from error


def host_of(url: str) -> str:
    """The host of an address, with its port if it names one.

    Raises:
        ValueError: it is no address of the web.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no address: give one such as https://api.open-meteo.com")
    return parts.netloc.rpartition("@")[2]
