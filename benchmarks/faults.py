"""What goes wrong, on purpose and bounded, on loopback: no crash, no lost accepted file, clear errors.

python benchmarks/faults.py --data DIR --out faults.json

Each fault meets a server with the shipped model, which afterwards must hear a clip as before. Clips are 5 s of
librispeech-mini dev.

- kill -9 under load: 4 clients send clips, and ask again where nobody answers or it is busy; the server is killed while
  it hears, and started anew at the same address. Lost is a clip that nobody heard in the end.
- kill -9 of an archive: `hear --engine local` with all of its processes; the same command goes on.
- full disk: uploads larger than all space for temporary files (a tmpfs of 2 MB, by `unshare`, Linux): 507 each.
- malformed requests, hang-ups, garbage frames, slow loris: `common/rude_clients.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from common.corpora import clips_of
from common.rude_clients import Tally, garbage_frames, hang_ups, malformed, slow_loris
from common.run import Table, arguments, progress, run
from common.serving import WAIT_S, Running, running, text_of, wait_for, wav

CLIP_S, CLIENTS, BUSY = 5.0, 4, (429, 503)
LORIS_S = 30.0  # the server lets go of slow headers after 20 s
FULL_MB, TOO_LONG_S = 2, 100.0  # 100 s are 3.2 MB of WAV
RETRY_S = 0.2


def measure(args: argparse.Namespace) -> dict[str, Any]:
    clips = _clips(args)
    command = _serve(args)
    results: dict[str, Any] = {}
    results["kill -9 under load"] = _killed(command, clips, args.requests, args.kills)
    results["kill -9 of an archive"] = _killed_archive(args, clips)
    results["full disk"] = _full_disk(command, clips[0], args.uploads)
    rude: dict[str, Callable[[Running], Tally]] = {
        "malformed requests": lambda server: malformed(server.url, args.malformed, args.seed),
        "client hang-ups": lambda server: hang_ups(server.url, args.hang_ups, clips[0], args.seed),
        "garbage frames": lambda server: garbage_frames(server.url, args.frames, args.seed),
    }
    with running([*command, "--port", "0"]) as server:
        expected = _ask(server.url, clips[0])
        for name, fault in rude.items():
            progress(f"faults: {name}")
            results[name] = _as_result(fault(server), _is_well(server, clips[0], expected))
        progress("faults: slow loris")
        tally, waits = slow_loris(server.url, args.loris, clips[0], until_s=LORIS_S)
        results["slow loris"] = _as_result(tally, _is_well(server, clips[0], expected))
        results["slow loris"]["polite_waits_s"] = {"median": float(np.median(waits)), "most": max(waits)}
    return {"results": results, "tables": [_table(results)]}


def _serve(args: argparse.Namespace) -> list[str]:
    model = ["--model", str(args.model)] if args.model else []
    return ["-m", "allears", "serve", "--json", "--workers", "1", "--threads", str(args.threads), *model]


def _clips(args: argparse.Namespace) -> list[bytes]:
    found = [c for c in clips_of(args.data, "librispeech-mini", "dev", language="en") if (c.duration_s or 0) >= CLIP_S]
    return [wav(load_clip(clip)[: round(CLIP_S * SAMPLE_RATE)]) for clip in found[: args.limit or 8]]


def _ask(url: str, clip: bytes) -> str | None:
    return text_of(httpx.post(f"{url}/v1/analyze", files={"file": ("a.wav", clip)}, timeout=WAIT_S))


def _is_well(server: Running, clip: bytes, expected: str | None) -> bool:
    return server.is_alive and expected is not None and _ask(server.url, clip) == expected


def _as_result(tally: Tally, is_well: bool) -> dict[str, Any]:
    return {"tries": tally.num, "right": tally.num_right, "wrong": tally.wrong, "server_after": is_well}


class _Patient:
    """A client that asks again until it is answered, and counts how often it had to."""

    def __init__(self, url: str, clips: Sequence[bytes]) -> None:
        self._url, self._clips = url, clips
        self.heard: list[tuple[int, str]] = []
        self.num_again = 0
        self._lock = threading.Lock()

    def send(self, number: int) -> None:
        which, until = number % len(self._clips), time.monotonic() + WAIT_S
        while time.monotonic() < until:
            text = self._once(self._clips[which])
            if text is not None:
                with self._lock:
                    self.heard.append((which, text))
                return
            self.num_again += 1
            time.sleep(RETRY_S)

    def _once(self, clip: bytes) -> str | None:
        try:
            reply = httpx.post(f"{self._url}/v1/analyze", files={"file": ("a.wav", clip)}, timeout=WAIT_S)
        except httpx.TransportError:
            return None
        return None if reply.status_code in BUSY else text_of(reply) or f"status {reply.status_code}"


def _killed(command: Sequence[str], clips: Sequence[bytes], num: int, num_kills: int) -> dict[str, Any]:
    progress("faults: kill -9 under load")
    port = str(_free_port())
    whole = [*command, "--port", port]
    client = _Patient(f"http://127.0.0.1:{port}", clips)
    with ThreadPoolExecutor(CLIENTS) as pool:
        with running(whole) as server:
            expected = [_ask(server.url, clip) for clip in clips]
            sent = [pool.submit(client.send, number) for number in range(num)]
            _kill_after(server.process, client, num // (num_kills + 1))
        for kill in range(1, num_kills):
            with running(whole) as server:
                _kill_after(server.process, client, (kill + 1) * num // (num_kills + 1))
        with running(whole) as server:
            for each in sent:
                each.result()
            is_well = _is_well(server, clips[0], expected[0])
    wrong = [text for which, text in client.heard if text != expected[which]]
    right = len(client.heard) - len(wrong)
    return {"tries": num, "right": right, "wrong": wrong[:10], "lost": num - len(client.heard),
            "asked_again": client.num_again, "kills": num_kills, "server_after": is_well}  # fmt: skip


def _kill_after(process: subprocess.Popen[bytes], client: _Patient, num_heard: int) -> None:
    wait_for(lambda: len(client.heard) >= num_heard, f"{num_heard} clips to be heard")
    process.kill()
    process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _killed_archive(args: argparse.Namespace, clips: Sequence[bytes]) -> dict[str, Any]:
    progress("faults: kill -9 of an archive")
    with tempfile.TemporaryDirectory() as folder:
        sounds, out = Path(folder, "sounds"), Path(folder, "out")
        sounds.mkdir()
        for number in range(args.requests):
            (sounds / f"{number:03d}.wav").write_bytes(clips[number % len(clips)])
        command = [sys.executable, "-m", "allears", "hear", "--engine", "local", str(sounds), "--out", str(out),
                   "--task", "transcribe", "--language", "en"]  # fmt: skip
        for kill in range(1, args.kills + 1):
            started = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
            wanted = kill * args.requests // (args.kills + 1)
            wait_for(lambda wanted=wanted: _num_heard(out) >= wanted, f"{wanted} files")  # type: ignore[misc]
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        lines = (out / "index.jsonl").read_text(encoding="utf-8").splitlines()
        ids = {json.loads(line)["id"] for line in lines}
        half = [str(path) for path in out.rglob("*.partial")]
    twice = ["heard twice"] * (len(lines) - len(ids))
    return {"tries": args.requests, "right": len(ids), "lost": args.requests - len(ids), "kills": args.kills,
            "wrong": half + twice, "server_after": done.returncode == 0}  # fmt: skip


def _num_heard(out: Path) -> int:
    return len(list(out.glob("clips/*/*.json")))


def _full_disk(command: Sequence[str], clip: bytes, num: int) -> dict[str, Any] | None:
    progress("faults: full disk")
    if not _can_mount():
        progress("full disk: not tried, this system lets nobody mount a small one (unshare -rm)")
        return None
    long = wav(np.random.default_rng(0).normal(0, 0.01, round(TOO_LONG_S * SAMPLE_RATE)).astype(np.float32))
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        before = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size={FULL_MB}m none "$0" && exec "$@"', folder]
        with running([*command, "--port", "0"], before=before, more={"TMPDIR": folder}) as server:
            expected = _ask(server.url, clip)
            for _ in range(num):
                reply = httpx.post(f"{server.url}/v1/analyze", files={"file": ("a.wav", long)}, timeout=WAIT_S)
                tally.add(reply.status_code == 507 and "retry-after" in reply.headers, reply.text[:80])
            is_well = _is_well(server, clip, expected)
    return _as_result(tally, is_well)


def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", tempfile.gettempdir()]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _table(results: dict[str, Any]) -> Table:
    rows = []
    for name, found in results.items():
        if found is None:
            rows.append([name, "not tried", "", "", ""])
            continue
        wrong = found["tries"] - found["right"]
        more = {"kills": "kills", "asked_again": "asked again"}
        notes = [f"{found[key]} {what}" for key, what in more.items() if key in found]
        if waits := found.get("polite_waits_s"):
            notes.append(f"others waited {waits['median']:.2f} s, {waits['most']:.2f} s at most")
        rows.append([name, str(found["tries"]), str(wrong), "yes" if found["server_after"] else "NO", ", ".join(notes)])
    return {
        "title": "Faults",
        "columns": ["fault", "tries", "lost, wrong or unclear", "well afterwards", "besides"],
        "rows": rows,
        "notes": ["Well: the process lives and hears a clip as before; of an archive, that the last run ended well."],
    }


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--requests", type=int, default=40, help="clips sent while servers and archives are killed")
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--uploads", type=int, default=20, help="onto the full disk")
    parser.add_argument("--malformed", type=int, default=1000)
    parser.add_argument("--hang-ups", type=int, default=100)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--loris", type=int, default=100, help="slow connections at the same time")
    run("faults", parser.parse_args(), measure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
