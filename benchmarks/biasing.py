"""What hotwords and domains change: word errors and names heard on sentences of four domains, and on others.

python benchmarks/biasing.py --data DIR --said DIR --piper 'piper -m VOICE.onnx' --out biasing.json

Test sentences of nlu-text without digits, those with names first, said by voices that nothing was trained on (Piper's,
and two of espeak-ng), half of them in test noise at 10 dB; and LibriSpeech mini, dev, with each pack. Hotwords are the
names of the sentence and 50 of others. The decoder is told that it hears English.
"""

from __future__ import annotations

import argparse
import random
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.biasing import Biasing
from allears.biasing.look import Again, look_for
from allears.decode.greedy import Greedy
from allears.decode.transcript import Started, TranscriptDecoder, _cut, _written
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from common.corpora import clips_of
from common.domains import DOMAINS, OTHER, Said, said, sentences
from common.run import Table, arguments, progress, run
from common.stats import bootstrap
from common.text import WordErrors, align, normaliser, pooled_wer

NOTHING, RIGHT, WRONG, AUTO, HOTWORDS = "nothing", "right domain", "wrong domain", "auto", "hotwords"
CONDITIONS = (NOTHING, RIGHT, AUTO, WRONG, HOTWORDS)
NUM_DISTRACTORS = 50
LANGUAGE = "en"


@dataclass
class Found:
    """Of one condition, a number a clip."""

    errors: list[WordErrors] = field(default_factory=list)
    names: list[tuple[int, int]] = field(default_factory=list)  # heard, said
    seconds: list[float] = field(default_factory=list)


class Listener:
    """Hears a clip once, and looks at what it wrote as often as asked."""

    def __init__(self, model: Path | None, threads: int) -> None:
        self._parts = Parts(ModelFolder(model), threads)
        decoder = self._parts.transcriber("transcribe")
        assert isinstance(decoder, TranscriptDecoder)
        self._decoder = decoder

    def hear(self, audio: np.ndarray) -> tuple[Started, Greedy]:
        started = self._decoder.start(self._parts.encode(audio))
        reader = self._decoder._reader(started, LANGUAGE, len(audio) / SAMPLE_RATE)
        return started, _written(reader, LANGUAGE, None, keep=True)

    def text(self, started: Started, greedy: Greedy, biasing: Biasing | None) -> str:
        decoder = self._decoder
        if biasing is not None:
            again = Again(decoder._stepper(started), _cut, decoder.vocabulary, decoder._tokenizer)
            greedy = look_for(biasing, LANGUAGE, greedy, again)
        return decoder.vocabulary.decode(greedy.tokens)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    listener, normalise = Listener(args.model, args.threads), normaliser()
    chosen = sentences(args.data, args.split, args.limit or 30, 2 * (args.limit or 30), args.seed)
    clips = said(chosen, clips_of(args.data, "noise", "test"), args.said, shlex.split(args.piper))
    domain = {name: Biasing(domain=name) for name in (*DOMAINS, AUTO)}
    names = [name for sentence in chosen for name in sentence.names]
    groups: dict[str, dict[str, Found]] = {}
    for number, clip in enumerate(clips):
        began = time.perf_counter()
        heard = listener.hear(clip.audio)
        first_s = time.perf_counter() - began
        if number == 0:  # packs are made ready when first used
            for biasing in domain.values():
                listener.text(*heard, biasing)
        hotwords = Biasing(_hotwords(clip, names, number))
        biasings = {NOTHING: None, AUTO: domain[AUTO], HOTWORDS: hotwords, WRONG: domain[_wrong(clip, number)]}
        biasings[RIGHT] = domain.get(clip.sentence.domain)
        found = groups.setdefault(clip.sentence.domain, {name: Found() for name in CONDITIONS})
        for name in CONDITIONS:
            began = time.perf_counter()
            words = normalise(listener.text(*heard, biasings[name]))
            took = time.perf_counter() - began
            found[name].errors.append(align(normalise(clip.sentence.text), words))
            found[name].names.append(_named(clip.sentence.names, words, normalise))
            found[name].seconds.append(took / first_s)
        if number % 20 == 19:
            progress(f"biasing: {number + 1}/{len(clips)}")
    read = _read(listener, args, domain, normalise)
    return {"results": _results(groups, read), "tables": [_table(groups, args.seed), _read_table(read, args.seed)]}


def _hotwords(clip: Said, names: Sequence[str], seed: int) -> list[str]:
    others = [name for name in dict.fromkeys(names) if name not in clip.sentence.names]
    return [*clip.sentence.names, *random.Random(seed).sample(others, min(NUM_DISTRACTORS, len(others)))]


def _wrong(clip: Said, number: int) -> str:
    domain = clip.sentence.domain
    return DOMAINS[number % len(DOMAINS)] if domain == OTHER else DOMAINS[DOMAINS.index(domain) - 1]


def _named(names: Sequence[str], words: Sequence[str], normalise: Callable[[str], list[str]]) -> tuple[int, int]:
    """How many of the names were heard, and how many there are."""
    heard = f" {' '.join(words)} "
    return sum(f" {' '.join(normalise(name))} " in heard for name in names), len(names)


def _read(
    listener: Listener, args: argparse.Namespace, domain: dict[str, Biasing], normalise: Callable[[str], list[str]]
) -> dict[str, list[WordErrors]]:
    """Read speech, of no domain: condition -> errors a clip."""
    found: dict[str, list[WordErrors]] = {}
    for clip in clips_of(args.data, "librispeech-mini", "dev")[: args.limit]:
        heard = listener.hear(load_clip(clip))
        wanted = normalise(str(clip.labels["text"]))
        for name, biasing in {NOTHING: None, **domain}.items():
            found.setdefault(name, []).append(align(wanted, normalise(listener.text(*heard, biasing))))
    return found


def _table(groups: dict[str, dict[str, Found]], seed: int) -> Table:
    merged = {name: _merge([groups[d][name] for d in DOMAINS if d in groups]) for name in CONDITIONS}
    kinds = {"the four domains": merged, **groups}
    rows = [_row(group, name, found, seed) for group, found in kinds.items() for name in CONDITIONS]
    columns = ["sentences", "expected", "clips", "WER %", "less than with nothing", "names heard", "time %"]
    notes = [
        "95 % bootstrap over clips; `less` is of the same clips, in points of WER.",
        "`time`: the second look, of the encoder and the decoder before it, mean. Of no domain, `right` is nothing.",
    ]
    return {"title": "Hotwords and domains", "columns": columns, "rows": rows, "notes": notes}


def _row(group: str, name: str, found: dict[str, Found], seed: int) -> list[str]:
    one, count = found[name], len(found[name].errors)
    wer = bootstrap(lambda weights: pooled_wer(one.errors, weights), count, seed=seed)
    heard, said_names = (sum(pair[i] for pair in one.names) for i in range(2))
    less = "" if name == NOTHING else _less(found[NOTHING].errors, one.errors, seed)
    time_percent = "" if name == NOTHING else f"{100 * float(np.mean(one.seconds)):.0f}"
    return [group, name, str(count), wer.percent(), less, f"{heard} of {said_names}", time_percent]


def _less(before: Sequence[WordErrors], after: Sequence[WordErrors], seed: int) -> str:
    """By how much errors fell, paired."""
    return bootstrap(lambda w: pooled_wer(before, w) - pooled_wer(after, w), len(before), seed=seed).percent(2)


def _read_table(read: dict[str, list[WordErrors]], seed: int) -> Table:
    rows = []
    for name, errors in read.items():
        wer = bootstrap(lambda weights, e=errors: pooled_wer(e, weights), len(errors), seed=seed).percent()
        rows.append([name, str(len(errors)), wer, "" if name == NOTHING else _less(read[NOTHING], errors, seed)])
    columns = ["expected", "clips", "WER %", "less than with nothing"]
    return {"title": "Domains on read speech of none", "columns": columns, "rows": rows, "notes": ["LibriSpeech mini."]}


def _merge(parts: Sequence[Found]) -> Found:
    return Found(
        [e for part in parts for e in part.errors],
        [n for part in parts for n in part.names],
        [s for part in parts for s in part.seconds],
    )


def _results(groups: dict[str, dict[str, Found]], read: dict[str, list[WordErrors]]) -> dict[str, Any]:
    totals = {
        group: {
            name: {
                "errors": sum(e.total for e in one.errors),
                "words": sum(e.words for e in one.errors),
                "names": [sum(n[i] for n in one.names) for i in range(2)],
                "time_share": float(np.mean(one.seconds)),
            }
            for name, one in found.items()
        }
        for group, found in groups.items()
    }
    return {"said": totals, "read": {name: sum(e.total for e in errors) for name, errors in read.items()}}


if __name__ == "__main__":
    parser = arguments(__doc__ or "")
    parser.add_argument("--said", type=Path, required=True, help="folder that keeps what the voices said")
    parser.add_argument("--piper", required=True, help="command of Piper with its voice; a program of its own")
    parser.add_argument("--split", choices=("dev", "test"), default="test", help="dev was used to choose the weights")
    run("biasing", parser.parse_args(), measure)
