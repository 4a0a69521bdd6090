"""The server as a process of its own, with a session that answers at once: to be killed, or to run out of disk.

python -m tests.unit.server.alone PORT SECONDS_A_WINDOW; prints its port when it listens.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from allears.server.app import create_app
from allears.server.engine import Engine
from allears.server.options import ServerOptions
from allears.server.run import listen, serve
from tests.unit.server.live import FakeSession

ROOT = Path(__file__).parents[3]
WAIT_S = 60.0


def main(port: int, window_takes_s: float) -> None:
    options = ServerOptions(port=port, shutdown_s=5.0)
    bound = listen(options)
    print(bound.getsockname()[1], flush=True)
    serve(create_app(options, Engine(lambda: FakeSession(window_takes_s=window_takes_s))), options, bound)


@contextmanager
def alone(
    port: int = 0, *, window_takes_s: float = 0.0, before: Sequence[str] = (), more: Mapping[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Address and process, once it is ready. `before`: what stands before the command; `more`: of its environment."""
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    command = [*before, sys.executable, "-m", "tests.unit.server.alone", str(port), str(window_takes_s)]
    environment = {**os.environ, "PYTHONPATH": path, **(more or {})}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            url = f"http://127.0.0.1:{int(process.stdout.readline())}"
            until = time.monotonic() + WAIT_S
            while not _is_ready(url):
                assert time.monotonic() < until, "it never answered"
                time.sleep(0.02)
            yield url, process
        finally:
            process.terminate()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
