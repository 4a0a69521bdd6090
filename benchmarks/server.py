"""The server under load: 8 clients at once, none lost, none wrong, how long they wait, and whether memory stays flat.

python benchmarks/server.py --data DIR --whisper-ct2 DIR --out server.json

Clips of 5 s of librispeech-mini dev, sent as WAV, each client one request after the other, every head of the model on
(`/v1/analyze`), language given. First one client alone: what every clip takes and what it is heard as. Then all at
once: an answer that is not 200 is lost, a text that is not the one heard alone is wrong. The ideal of N clients who
take turns is N times what one waits. The peer is faster-whisper base int8 behind a FastAPI route: words alone, the same
clips, and `--peer-requests` of each client, since it takes several times as long. Memory is the server's resident set,
after the load and after as many requests again as `--memory-requests`; ours alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from common.corpora import clips_of
from common.run import Table, arguments, progress, run
from common.serving import WAIT_S, running, text_of, wav

CLIP_S = 5.0
OURS, PEER = "allears, all heads", "faster-whisper base int8, words"


@dataclass(frozen=True)
class Load:
    """What a load gave: seconds of each answer, how many were lost or wrong, and how long it all took."""

    waits_s: tuple[float, ...]
    num_lost: int
    num_wrong: int
    took_s: float

    @property
    def per_second(self) -> float:
        return len(self.waits_s) / self.took_s


def measure(args: argparse.Namespace) -> dict[str, Any]:
    clips = [wav(load_clip(clip)[: round(CLIP_S * SAMPLE_RATE)]) for clip in _clips(args)]
    results: dict[str, Any] = {"num_clips": len(clips), "clients": args.clients, "requests": args.requests}
    rows: list[list[str]] = []
    for name, command, path in _servers(args):
        progress(f"server: {name}")
        with running(command) as server:
            results[name] = _measure(args, f"{server.url}{path}", server.process.pid, clips, rows, name)
    return {"results": results, "tables": [_table(args, rows)]}


def _servers(args: argparse.Namespace) -> Iterator[tuple[str, list[str], str]]:
    if not args.peers_only:
        workers = ["--workers", str(args.workers), "--threads", str(max(1, args.threads // args.workers))]
        model = ["--model", str(args.model)] if args.model else []
        yield OURS, ["-m", "allears", "serve", "--port", "0", "--json", *workers, *model], "/v1/analyze"
    if not args.ours_only:
        script = str(Path(__file__).parent / "peers" / "faster_server.py")
        given = ["--whisper-ct2", str(args.whisper_ct2), "--threads", str(args.threads)]
        yield PEER, [script, *given], "/v1/audio/transcriptions"


def _measure(
    args: argparse.Namespace, url: str, pid: int, clips: Sequence[bytes], rows: list[list[str]], name: str
) -> dict[str, Any]:
    alone, texts = _alone(url, clips)
    ideal_s = float(np.median(alone)) * args.clients
    is_ours = name == OURS
    load = _load(url, clips, texts, args.clients, args.requests if is_ours else args.peer_requests)
    before_mb = _resident_mb(pid)
    further = max(1, args.memory_requests // args.clients) if is_ours else 0
    more = _load(url, clips, texts, args.clients, further)
    grown_mb = _resident_mb(pid) - before_mb
    p50, p95 = (float(np.percentile(load.waits_s, q)) for q in (50, 95))
    rows.append([
        name, f"{np.median(alone) * 1000:.0f}", f"{p50 * 1000:.0f}", f"{p95 * 1000:.0f}", f"{p95 / ideal_s:.2f}",
        f"{load.per_second:.2f}", str(load.num_lost + more.num_lost), str(load.num_wrong + more.num_wrong),
        f"{before_mb:.0f}", f"{grown_mb:+.0f}" if further else "",
    ])  # fmt: skip
    return {
        "alone_s": list(alone), "p50_s": p50, "p95_s": p95, "p95_over_ideal": p95 / ideal_s,
        "requests_per_s": load.per_second, "lost": load.num_lost + more.num_lost,
        "wrong": load.num_wrong + more.num_wrong, "resident_mb": before_mb, "grown_mb": grown_mb,
    }  # fmt: skip


def _clips(args: argparse.Namespace) -> list[Any]:
    found = [c for c in clips_of(args.data, "librispeech-mini", "dev", language="en") if (c.duration_s or 0) >= CLIP_S]
    return found[: args.limit or 20]


def _alone(url: str, clips: Sequence[bytes]) -> tuple[list[float], list[str]]:
    """Seconds and text of every clip for one client, after a warm-up."""
    times, texts = [], []
    with httpx.Client(timeout=WAIT_S) as client:
        _ask(client, url, clips[0])
        for clip in clips:
            began = time.perf_counter()
            text = _ask(client, url, clip)
            times.append(time.perf_counter() - began)
            if text is None:
                raise ValueError("the server does not answer one client: see its log above")
            texts.append(text)
    return times, texts


def _load(url: str, clips: Sequence[bytes], texts: Sequence[str], num_clients: int, num_requests: int) -> Load:
    """All clients at once, each through the clips from another one on."""

    def one(number: int) -> list[tuple[float, str | None, str]]:
        answers = []
        with httpx.Client(timeout=WAIT_S) as client:
            for at in range(num_requests):
                which = (number * 7 + at) % len(clips)
                began = time.perf_counter()
                text = _ask(client, url, clips[which])
                answers.append((time.perf_counter() - began, text, texts[which]))
        return answers

    began = time.perf_counter()
    with ThreadPoolExecutor(num_clients) as pool:
        answers = [answer for client in pool.map(one, range(num_clients)) for answer in client]
    lost = sum(text is None for _, text, _ in answers)
    wrong = sum(text is not None and text != expected for _, text, expected in answers)
    return Load(tuple(seconds for seconds, _, _ in answers), lost, wrong, time.perf_counter() - began)


def _ask(client: httpx.Client, url: str, clip: bytes) -> str | None:
    """The text; None if the answer is lost."""
    try:
        reply = client.post(url, files={"file": ("a.wav", clip)}, data={"language": "en"})
    except httpx.HTTPError as error:
        progress(f"lost: {error!r}")
        return None
    return text_of(reply)


def _resident_mb(pid: int) -> float:
    """Resident memory, 10^6 bytes; Linux."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS"))


def _table(args: argparse.Namespace, rows: list[list[str]]) -> Table:
    return {
        "title": f"{args.clients} clients x {args.requests} requests of {CLIP_S:g} s clips",
        "columns": ["server", "alone, ms", "median, ms", "p95, ms", "p95 / ideal", "requests/s", "lost", "wrong",
                    "memory, MB", f"after {args.memory_requests} more"],
        "rows": rows,
        "notes": [f"The ideal is {args.clients} times what one client alone waits. Ours gives words with times, "
                  f"speech, language, voice and traits; the peer text only, {args.peer_requests} requests a client."],
    }  # fmt: skip


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--requests", type=int, default=200, help="of each client")
    parser.add_argument("--peer-requests", type=int, default=20, help="of each client, to the peer")
    parser.add_argument("--memory-requests", type=int, default=2000, help="further ones, of all clients")
    parser.add_argument("--workers", type=int, default=1, help="clips that our server hears at the same time")
    run("server", parser.parse_args(), measure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
