"""Long audio: peak memory of `hear` on 10 minutes, and whether its windows are stitched without loss or repetition.

python benchmarks/memory.py --model DIR --data DIR --whisper-ct2 DIR --out memory.json

The file: librispeech-mini dev (with texts), then AMI meetings, then other librispeech-mini clips, with pauses of 0.4 to
0.8 s, until it is 10 minutes long. Stitching: the texts of the read sentences joined into one file against the same
sentences heard one by one, and both against their references. Every process is a fresh one; its peak is `VmHWM`.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from common.corpora import clips_of
from common.run import Table, arguments, progress, run
from common.text import WordErrors, align, in_a_row, normaliser

LONG_S = 600.0
PAUSE_S = (0.4, 0.8)
TASKS = ("transcribe", "speech")
CHILD = "--child"


def measure(args: argparse.Namespace) -> dict[str, Any]:
    read = clips_of(args.data, "librispeech-mini", "dev")[: args.limit]
    meetings = clips_of(args.data, "ami-mini", "train") + clips_of(args.data, "ami-mini", "dev")
    others = clips_of(args.data, "librispeech-mini", "train")
    ours, peers = [] if args.peers_only else ["allears"], [] if args.ours_only else ["faster-whisper base int8"]
    systems = [*ours, *peers]
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        long, joined = Path(folder) / "long.flac", Path(folder) / "joined.flac"
        length_s = _join([*read, *meetings, *others], long, LONG_S if args.limit is None else 60.0, args.seed)
        _join(read, joined, float("inf"), args.seed)
        for name in systems:
            progress(f"memory: {name}")
            results[name] = _long(args, name, long) | _stitching(args, name, joined, read)
    return {"results": results | {"long_s": length_s}, "tables": [_table(results, length_s)]}


def _join(clips: Sequence[Clip], path: Path, max_s: float, seed: int) -> float:
    """Write clips one after another, up to `max_s`; returns the length in seconds."""
    rng = random.Random(seed)
    pieces: list[np.ndarray] = []
    length = 0
    for clip in clips:
        pause = np.zeros(int(rng.uniform(*PAUSE_S) * SAMPLE_RATE), np.float32)
        pieces += [load_clip(clip), pause]
        length += len(pieces[-2]) + len(pause)
        if length >= max_s * SAMPLE_RATE:
            break
    audio = np.concatenate(pieces)
    audio = audio if max_s == float("inf") else audio[: int(max_s * SAMPLE_RATE)]
    soundfile.write(path, np.clip(audio, -1, 1), SAMPLE_RATE)
    return len(audio) / SAMPLE_RATE


def _long(args: argparse.Namespace, name: str, path: Path) -> dict[str, Any]:
    answer = _child(args, name, [path])
    words = normaliser()
    text = answer["texts"][0]
    return {
        "peak_mb": answer["peak_mb"],
        "loaded_mb": answer["loaded_mb"],
        "long_text": text,
        "long_words": len(words(text)),
        "long_in_a_row": in_a_row(words(text)),
    }


def _stitching(args: argparse.Namespace, name: str, joined: Path, clips: Sequence[Clip]) -> dict[str, Any]:
    words = normaliser()
    whole = words(_child(args, name, [joined])["texts"][0])
    alone = words(" ".join(_child(args, name, [clip.audio for clip in clips])["texts"]))
    truth = words(" ".join(clip.labels["text"] for clip in clips))
    pairs = {"joined_to_truth": (truth, whole), "alone_to_truth": (truth, alone), "joined_to_alone": (alone, whole)}
    return {key: _facts(align(reference, heard)) for key, (reference, heard) in pairs.items()}


def _facts(errors: WordErrors) -> dict[str, Any]:
    sdi = [errors.substitutions, errors.deletions, errors.insertions]
    return {"wer": errors.total / max(1, errors.words), "sdi": sdi, "words": errors.words}


def _child(args: argparse.Namespace, name: str, paths: Sequence[Path]) -> dict[str, Any]:
    """Hear files in a fresh process: texts, and its memory when loaded and at its peak, MB."""
    command = [sys.executable, __file__, CHILD, name, "--data", str(args.data), "--threads", str(args.threads)]
    for option in ("model", "whisper_ct2"):
        if getattr(args, option) is not None:
            command += [f"--{option.replace('_', '-')}", str(getattr(args, option))]
    done = subprocess.run([*command, "--files", *map(str, paths)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"{name} failed with exit code {done.returncode} and said: {done.stderr[-800:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def hear_in_child(args: argparse.Namespace) -> None:
    """What the fresh process does; prints one line of JSON."""
    if args.child == "allears":
        from peers.ours import session

        ours = session(args, TASKS)
        assert ours is not None
        ours.load()
        loaded = _memory_mb("VmRSS")
        texts = [ours.hear(path, language="en").text for path in args.files]
    else:
        from peers.faster import FasterWhisper

        peer = FasterWhisper(args)
        loaded = _memory_mb("VmRSS")
        texts = [peer.transcribe_file(path) for path in args.files]
    print(json.dumps({"texts": texts, "loaded_mb": loaded, "peak_mb": _memory_mb("VmHWM")}))


def _memory_mb(field: str) -> float:
    """A line of /proc/self/status, megabytes (10^6 bytes). VmHWM: peak resident memory of this program alone."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return round(int(line.split()[1]) * 1024 / 1e6, 1)
    raise ValueError(f"/proc/self/status has no {field}: this benchmark needs Linux")


def _table(results: dict[str, Any], length_s: float) -> Table:
    def percent(facts: dict[str, Any]) -> str:
        return f"{100 * facts['wer']:.1f} ({' / '.join(map(str, facts['sdi']))})"

    rows = [
        [name, f"{r['peak_mb']:.0f}", f"{r['loaded_mb']:.0f}", percent(r["joined_to_alone"]),
         percent(r["joined_to_truth"]), percent(r["alone_to_truth"]), "{} × “{}”".format(*reversed(r["long_in_a_row"]))]
        for name, r in results.items()
    ]  # fmt: skip
    return {
        "title": f"{length_s / 60:.0f} minutes in one file",
        "columns": ["system", "peak MB", "MB when loaded", "joined against one by one, WER % (S / D / I)",
                    "joined, WER %", "one by one, WER %", "most in a row"],
        "rows": rows,
        "notes": [
            "MB of resident memory, 10^6 bytes, of a fresh process.",
            "Most in a row: the words that the text of the long file says most often in a row; a loop would stand out.",
        ],
    }  # fmt: skip


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument(CHILD, help=argparse.SUPPRESS)
    parser.add_argument("--files", type=Path, nargs="*", help=argparse.SUPPRESS)
    arguments_given = parser.parse_args()
    if arguments_given.child:
        hear_in_child(arguments_given)
    else:
        run("memory", arguments_given, measure)
