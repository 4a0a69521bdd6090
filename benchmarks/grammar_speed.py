"""How fast a grammar of 10,000 phrases loads, and how long a 4 s clip takes against it.

python benchmarks/grammar_speed.py --data DIR --out grammar_speed.json

The phrases are made of syllables, so that they share little: the hard case. Three grammars: 10,000 sentences written
out, 20 templates over a list of 500 values, and home-assistant-intents with a list of areas and names. The clip is 200
frames of made-up CTC output (28 units) with noise, a tenth of them letters: `first` is the first decoding of a
grammar, which finds its states, `later` the ones after it. Times are those of the process, one thread.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from allears.commands.grammar import Grammar
from allears.commands.wording import as_said
from allears.decode.base import WindowOutput
from common.run import Table, arguments, run

NAMES = ("", "\u2581", *"'abcdefghijklmnopqrstuvwxyz")
FRAMES = 200  # 4 s
SYLLABLES = "ka to mi ren sol vi da lu pe ston ga ri bel no ma".split()
AREAS = ["kitchen", "living room", "bedroom", "bathroom", "office", "garage", "hallway", "garden"]
THINGS = ["ceiling light", "lamp", "fan", "tv", "radio", "heater", "blinds", "door", "coffee machine", "vacuum"]
CLIPS = 20


def measure(args: argparse.Namespace) -> dict[str, Any]:
    rng = random.Random(args.seed)
    results = {name: _measure(make(rng), args.seed) for name, make in _grammars().items()}
    return {"results": results, "tables": [_table(results)]}


def _grammars() -> dict[str, Callable[[random.Random], Callable[[], Grammar]]]:
    return {"10,000 sentences": _written_out, "20 templates x 500 values": _templates, "home-assistant-intents en": _ha}


def _words(rng: random.Random, count: int) -> list[str]:
    return ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 3))) for _ in range(count)]


def _data(sentences: list[str], **lists: list[str]) -> dict[str, Any]:
    named = {name: {"values": values} for name, values in lists.items()}
    return {"language": "en", "intents": {"A": {"data": [{"sentences": sentences}]}}, "lists": named}


def _written_out(rng: random.Random) -> Callable[[], Grammar]:
    words = _words(rng, 1500)
    phrases: dict[str, None] = {}
    while len(phrases) < 10_000:
        phrases[" ".join(rng.choice(words) for _ in range(rng.randint(3, 7)))] = None
    return lambda: Grammar(_data(list(phrases)))


def _templates(rng: random.Random) -> Callable[[], Grammar]:
    verbs, values = _words(rng, 20), [" ".join(_words(rng, rng.randint(1, 3))) for _ in range(500)]
    return lambda: Grammar(_data([f"{verb} [the] {{thing}} [now|please]" for verb in verbs], thing=values))


def _ha(_rng: random.Random) -> Callable[[], Grammar]:
    from home_assistant_intents import get_intents

    data = get_intents("en")
    return lambda: Grammar(data, lists={"area": AREAS, "name": THINGS, "floor": ["upstairs", "basement"]})


def _measure(load: Callable[[], Grammar], seed: int) -> dict[str, float]:
    loads, grammar = _timed(load)
    texts = [text for text, _ in grammar.say(CLIPS, seed)]
    times, num_right = [], 0
    for number, text in enumerate(texts):
        output = WindowOutput(0.0, 4.0, _heard(as_said(text, grammar.language), np.random.default_rng(number)))
        took, command = _timed(lambda output=output: grammar.understand([output], NAMES, frame_shift_s=0.02))
        times.append(took)
        num_right += command.text == text
    matches = [_timed(lambda text=text: grammar.match(text))[0] for text in texts]
    return {
        "load_s": loads,
        "decode_first_ms": 1000 * times[0],
        "decode_later_ms": 1000 * statistics.median(times[1:]),
        "match_ms": 1000 * statistics.median(matches),
        "right": num_right / len(texts),
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result


def _heard(text: str, rng: np.random.Generator) -> np.ndarray:
    """(T, C) logits of a text, one frame a letter."""
    logits = rng.normal(0, 1.5, (FRAMES, len(NAMES))).astype(np.float32)
    frames = np.sort(rng.choice(np.arange(5, FRAMES - 5), len(text), replace=False))
    logits[:, 0] += 10
    for frame, letter in zip(frames, text, strict=True):
        logits[frame, 0] -= 10
        logits[frame, NAMES.index("\u2581" if letter == " " else letter)] += 9
    return logits


def _table(results: dict[str, dict[str, float]]) -> Table:
    rows = [
        [
            name,
            f"{r['load_s']:.2f}",
            f"{r['decode_first_ms']:.0f}",
            f"{r['decode_later_ms']:.0f}",
            f"{r['match_ms']:.1f}",
        ]
        for name, r in results.items()
    ]
    columns = ["grammar", "load, s", "first 4 s clip, ms", "later ones, ms", "a text, ms"]
    return {"title": "Speed of commands", "columns": columns, "rows": rows, "notes": [f"{CLIPS} clips, medians"]}


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    run("grammar_speed", parsed, measure)
