"""How fast: our transcript against faster-whisper's, everything at once against transcript alone, and the cold start.

python benchmarks/speed.py --model DIR --data DIR --whisper-ct2 DIR --out speed.json

Clips of 3 to 10 s: librispeech-mini dev and asterisk-prompts English test. A and B take turns on every clip, the first
of a pair changes every time, so that a machine that slows down slows both. Reported: quartiles over clips of the ratio
of medians, and of real-time factors. Cold start: the whole process from nothing, on a clip of about 5 s, taking turns.
Run it on an otherwise idle machine: `machine.load_before` in the report says whether it was.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from common.corpora import clips_of, within
from common.pairs import Pair, time_pairs
from common.run import Table, arguments, progress, run
from common.stats import Spread, quartiles
from peers.dtln import Dtln
from peers.faster import FasterWhisper
from peers.ours import session
from peers.resemblyzer_voice import Resemblyzer
from peers.silero import Silero

SETS = (("librispeech-mini", "dev"), ("asterisk-prompts", "test"))
REPEATS = 5  # of each clip and system; their median counts
COLD_RUNS = 9
COLD_CLIP_S = 5.0
LENGTH_S = (3.0, 10.0)
FASTER_SCRIPT = """
import sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[3]))
options = dict(beam_size=1, temperature=0.0, condition_on_previous_text=False, without_timestamps=True)
segments, _ = model.transcribe(sys.argv[2], **options)
print("".join(segment.text for segment in segments))
"""

Work = Callable[[np.ndarray], object]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    clips = _clips(args)
    rows: list[list[str]] = []
    results: dict[str, Any] = {"num_clips": len(clips), "repeats": args.repeats}
    for name, works in _comparisons(args):
        progress(f"speed: {name}")
        results[name] = _compare(works, clips, args.repeats, rows, name)
    if args.ours_only:
        return {"results": results, "tables": [_warm_table(len(clips), rows)]}
    cold_rows: list[list[str]] = []
    results["cold start"] = _cold(args, clips, cold_rows)
    return {"results": results, "tables": [_warm_table(len(clips), rows), _cold_table(cold_rows)]}


def _clips(args: argparse.Namespace) -> list[Clip]:
    clips = [clip for corpus, split in SETS for clip in clips_of(args.data, corpus, split, language="en")]
    return within(clips, *LENGTH_S, why="this benchmark is about commands and sentences")[: args.limit]


FOUR = ("transcribe", "speech", "language", "speaker")
CHAIN = "all heads and a chain of peers"


def _comparisons(args: argparse.Namespace) -> list[tuple[str, dict[str, Work]]]:
    """What is compared: name -> two ways of doing it, the second is what the ratio is taken over."""
    ours, everything = session(args, ["transcribe"]), session(args)
    if ours is None or everything is None:
        faster = FasterWhisper(args)
        return [("language given", {faster.name: faster.transcribe})]

    def alone(language: str | None) -> Work:
        return lambda audio: ours.hear(audio, sample_rate=SAMPLE_RATE, language=language)

    def all_heads(language: str | None, tasks: Sequence[str] | None = None) -> Work:
        return lambda audio: everything.hear(audio, sample_rate=SAMPLE_RATE, language=language, tasks=tasks)

    four = all_heads("en", FOUR)
    among_ours: list[tuple[str, dict[str, Work]]] = [
        ("words, speech, language, voice", {"allears, the four": four, "allears, transcribe": alone("en")}),
        ("all heads, language given", {"allears, everything": all_heads("en"), "allears, transcribe": alone("en")}),
        ("all heads, language detected", {"allears, everything": all_heads(None), "allears, transcribe": alone(None)}),
    ]
    if args.ours_only:
        return among_ours
    faster, has = FasterWhisper(args), {task.name for task in everything.spec.tasks}
    with_peers: list[tuple[str, dict[str, Work]]] = [
        ("language given", {faster.name: faster.transcribe, "allears, transcribe": alone("en")}),
        ("language detected", {faster.name: lambda a: faster.transcribe(a, None), "allears, transcribe": alone(None)}),
    ]
    if "ctc" in has:
        ctc = all_heads("en", ["ctc"])
        with_peers.append(("ctc, language given", {faster.name: faster.transcribe, "allears, ctc": ctc}))
    if "clean" in has:
        heads = all_heads("en", [*everything.spec.default_tasks, "clean"])
        with_peers.append(
            (CHAIN, {"faster-whisper, Silero, Resemblyzer, DTLN": _chain(args, faster), "allears": heads})
        )
    return [*with_peers, *among_ours]


def _chain(args: argparse.Namespace, faster: FasterWhisper) -> Work:
    """What the chain of peers answers: words, speech, voice, and the sound without noise; no traits, no language."""
    silero, voice, dtln = Silero(), Resemblyzer(args.threads), Dtln()
    return lambda audio: (
        faster.transcribe(audio), silero.probabilities(audio), voice.embed(audio), dtln.clean(audio)
    )  # fmt: skip


def _compare(
    works: dict[str, Work], clips: Sequence[Clip], repeats: int, rows: list[list[str]], what: str
) -> dict[str, Any]:
    """Time every clip; adds one row a system to `rows`."""
    pairs = [time_pairs(works, load_clip(clip), repeats) for clip in clips]
    lengths_s = np.array([clip.duration_s for clip in clips], dtype=float)
    found: dict[str, Any] = {"times_s": {clip.id: pair.times_s for clip, pair in zip(clips, pairs, strict=True)}}
    for name in works:
        medians = np.array([pair.median_s(name) for pair in pairs])
        factor = quartiles(medians / lengths_s)
        found[name] = {"median_ms": asdict(quartiles(medians * 1000)), "real_time_factor": asdict(factor)}
        rows.append([what, name, quartiles(medians * 1000).text(digits=0), factor.text(), ""])
    if len(works) == 2:
        ratio = _ratio(pairs)
        found["ratio"] = asdict(ratio)
        rows[-1][-1] = ratio.text(digits=2)
    return found


def _ratio(pairs: Sequence[Pair]) -> Spread:
    """Time of the first over time of the second, quartiles over clips."""
    return quartiles([pair.ratio() for pair in pairs])


def _warm_table(count: int, rows: list[list[str]]) -> Table:
    return {
        "title": f"Time of a clip of {LENGTH_S[0]:g} to {LENGTH_S[1]:g} s ({count} clips), model loaded",
        "columns": ["what", "system", "ms (quartiles)", "real-time factor (quartiles)", "row above / this (quartiles)"],
        "rows": rows,
        "notes": ["Ours gives words with times, the peer text only. Taking turns on every clip, after a warm-up."],
    }


def _cold(args: argparse.Namespace, clips: Sequence[Clip], rows: list[list[str]]) -> dict[str, Any]:
    """Whole processes taking turns; their output is checked to be text."""
    clip = min(clips, key=lambda c: abs((c.duration_s or 0) - COLD_CLIP_S))
    commands = _cold_commands(args, clip.audio)
    works = {name: (lambda _, c=command: _run_process(c, args.threads)) for name, command in commands.items()}
    progress("speed: cold start")
    pair = time_pairs(works, np.zeros(1, np.float32), args.cold_runs)
    faster = np.array(next(iter(pair.times_s.values())))
    ratios = {name: quartiles(faster / np.array(pair.times_s[name])) for name in works}
    for name in works:
        seconds = quartiles(pair.times_s[name]).text(digits=2)
        rows.append([name, f"{clip.duration_s:.1f}", str(args.cold_runs), seconds, ratios[name].text(digits=2)])
    return {"clip": clip.id, "times_s": pair.times_s, "ratios": {name: asdict(r) for name, r in ratios.items()}}


def _cold_commands(args: argparse.Namespace, audio: Path) -> dict[str, list[str]]:
    """Process by name, the peer first."""
    commands = {
        "faster-whisper script": [
            sys.executable, "-c", FASTER_SCRIPT, str(args.whisper_ct2), str(audio), str(args.threads)
        ]
    }  # fmt: skip
    if not args.peers_only:
        program = Path(sys.executable).with_name("allears")
        inline = [sys.executable, "-c", "import sys; from allears.cli.app import main; sys.exit(main())"]
        start = [str(program)] if program.exists() else inline
        model = ["--model", str(args.model)] if args.model else []
        hear = [*start, "hear", str(audio), "-f", "txt", "--threads", str(args.threads), *model]
        commands["allears hear (all tasks)"] = hear
        commands["allears hear --task transcribe"] = [*hear, "--task", "transcribe"]
    return commands


def _run_process(command: list[str], threads: int) -> None:
    """Run to the end.

    Raises:
        ValueError: it failed or printed no text.
    """
    env = os.environ | {"OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        raise ValueError(f"{command[:4]} failed with exit code {done.returncode} and said: {done.stderr[-500:]}")


def _cold_table(rows: list[list[str]]) -> Table:
    return {
        "title": "Cold start: the whole process, from nothing to text",
        "columns": ["process", "clip, s", "runs", "s (quartiles)", "peer / this row (quartiles)"],
        "rows": rows,
        "notes": ["Files are in the system's cache for both (one run of each is thrown away)."],
    }


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="times a clip is timed with each system")
    parser.add_argument("--cold-runs", type=int, default=COLD_RUNS, help="processes started of each sort")
    run("speed", parser.parse_args(), measure)
