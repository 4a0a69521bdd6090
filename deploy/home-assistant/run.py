"""Starts the server with the add-on's options, and tells the Supervisor of it, so that Home Assistant finds it.

In: /data/options.json, which the Supervisor writes. Out: the process, replaced by `allears serve`.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

PORT = 10300
OPTIONS = Path("/data/options.json")
DISCOVERY = "http://supervisor/discovery"
_WAIT_S = 120.0


def command(options: dict[str, Any]) -> list[str]:
    """The command line for the options."""
    words = ["allears", "serve", "--wyoming", f"tcp://0.0.0.0:{PORT}"]
    words += ["--wyoming-end", str(options.get("silence_ends_command_s", 0.8))]
    if options.get("names_in_transcripts"):
        words.append("--wyoming-names")
    if skills := options.get("skills"):
        words += ["--skill", ",".join(skills)]
    if languages := options.get("language_hint"):
        words += ["--languages", ",".join(languages)]
    return words + (["--host", "0.0.0.0", "--port", "8000"] if options.get("api_key") else ["--no-http"])


def announce(post: Any = urllib.request.urlopen) -> None:
    """Tell the Supervisor, once the port answers."""
    until = time.monotonic() + _WAIT_S
    while not _is_answered():
        if time.monotonic() > until:
            print("allears: the port does not answer, so Home Assistant is not told of it", file=sys.stderr)
            return
        time.sleep(0.5)
    data = {"service": "wyoming", "config": {"uri": f"tcp://{socket.gethostname()}:{PORT}"}}
    headers = {"Authorization": f"Bearer {os.environ.get('SUPERVISOR_TOKEN', '')}", "Content-Type": "application/json"}
    try:
        with post(urllib.request.Request(DISCOVERY, json.dumps(data).encode(), headers), timeout=10):
            print("allears: Home Assistant was told of it", file=sys.stderr)
    except OSError as error:
        print(f"allears: Home Assistant was not told of it ({error}); add tcp://HOST:{PORT} by hand", file=sys.stderr)


def _is_answered() -> bool:
    try:
        socket.create_connection(("127.0.0.1", PORT), 2).close()
    except OSError:
        return False
    return True


def main() -> int:
    """Run until the Supervisor says stop."""
    import signal
    import subprocess

    options = json.loads(OPTIONS.read_text(encoding="utf-8")) if OPTIONS.exists() else {}
    if options.get("api_key"):
        os.environ["ALLEARS_API_KEY"] = options["api_key"]
    server = subprocess.Popen(command(options))
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    threading.Thread(target=announce, daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
