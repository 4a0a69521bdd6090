"""A server as a process of its own: started, waited for, asked, stopped.

In: the command line behind `python`. Out: its address and process, while a `with` lasts.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import numpy as np
import soundfile

from allears.audio import SAMPLE_RATE

__all__ = ["WAIT_S", "Running", "running", "text_of", "wait_for", "wav"]

WAIT_S = 120.0


@dataclass(frozen=True)
class Running:
    """Where it answers, and its process."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


@contextmanager
def running(
    command: Sequence[str], *, before: Sequence[str] = (), more: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """A server that prints `{"url": ...}` first; ready, and stopped at the end.

    Args:
        command: behind `python`.
        before: what stands before it, such as `unshare`.
        more: variables of its environment.

    Raises:
        ValueError: it does not become ready.
    """
    environment = {**os.environ, **(more or {})}
    with subprocess.Popen([*before, sys.executable, *command], stdout=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise ValueError(f"{' '.join(command)} ended before it listened: see its log above")
            url = json.loads(line)["url"]
            wait_for(lambda: _status(url) == 200, f"{url} to be ready")
            yield Running(url, process)
        finally:
            process.terminate()


def wait_for(is_so: Callable[[], bool], what: str, seconds: float = WAIT_S) -> None:
    """Until it is so.

    Raises:
        ValueError: it never is.
    """
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise ValueError(f"waited {seconds:g} s in vain for {what}: see the log above")
        time.sleep(0.05)


def wav(audio: np.ndarray) -> bytes:
    """(S,) samples at 16 kHz as a WAV file."""
    file = io.BytesIO()
    soundfile.write(file, audio, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def text_of(reply: httpx.Response) -> str | None:
    """What was heard; None if the answer is no answer."""
    return str(reply.json()["text"]) if reply.status_code == 200 else None


def _status(url: str) -> int:
    try:
        return httpx.get(f"{url}/health").status_code
    except httpx.HTTPError:
        return 0
