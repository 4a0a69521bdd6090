"""How many decoder passes a draft saves, and whether the text stays the same: drafts of known quality.

python benchmarks/drafts.py --data DIR --out drafts.json

Each clip is transcribed without a draft; the draft is that text without case and punctuation, with a share of its words
spoilt (7 in 10 replaced, the others half left out, half doubled by another). LibriSpeech mini, dev.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.decode.spelled import Spelled
from allears.decode.spelling import BLANK, SPACE
from allears.decode.transcript import Started, TranscriptDecoder
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from allears.texts import plain_words
from common.corpora import clips_of
from common.run import Table, arguments, progress, run

SHARES = (None, 0.0, 0.1, 0.2)  # of words spoilt; None: no draft
OTHERS = "the a of house street down quickly never river thing about under some other people where mister".split()
FRAME_S = 0.02


def measure(args: argparse.Namespace) -> dict[str, Any]:
    rng = random.Random(args.seed)
    parts = Parts(ModelFolder(args.model), args.threads)
    decoder = parts.transcriber("transcribe")
    assert isinstance(decoder, TranscriptDecoder)
    found = {share: {"passes": 0, "seconds": 0.0, "same": 0} for share in SHARES}
    clips = clips_of(args.data, "librispeech-mini", "dev")[: args.limit]
    for number, clip in enumerate(clips, start=1):
        audio = load_clip(clip)
        started = decoder.start(parts.encode(audio))
        wanted: list[int] | None = None
        for share in SHARES:
            text = None if wanted is None else _spoil(decoder.vocabulary.decode(wanted), share or 0.0, rng)
            began = time.perf_counter()
            tokens, passes = _write(decoder, started, len(audio) / SAMPLE_RATE, text)
            found[share]["seconds"] += time.perf_counter() - began
            wanted = tokens if wanted is None else wanted
            found[share]["passes"] += passes
            found[share]["same"] += tokens == wanted
        progress(f"drafts: {number}/{len(clips)}")
    table: Table = {
        "title": "Passes of the text decoder with a draft",
        "columns": ["draft", "passes", "seconds", "times as fast", "same tokens"],
        "rows": [_row(share, one, found[None]["seconds"], len(clips)) for share, one in found.items()],
        "notes": ["Drafts are made of the decoder's own text, so this is what drafts of that quality are worth."],
    }
    return {"results": {str(share): one for share, one in found.items()}, "tables": [table]}


def _write(decoder: TranscriptDecoder, started: Started, duration_s: float, text: str | None) -> tuple[list[int], int]:
    spelled = None if text is None else _spelled(text)
    greedy = decoder.write(started, "en", duration_s, None, spelled)
    return greedy.tokens, greedy.num_passes


def _spelled(text: str) -> Spelled:
    """A CTC head that heard exactly this."""
    names = (BLANK, SPACE, *sorted(set(text) - {" "}))
    logits = np.zeros((2 * len(text) + 1, len(names)), np.float32)
    logits[::2, 0] = 10.0
    logits[np.arange(1, 2 * len(text), 2), [names.index(SPACE if c == " " else c) for c in text]] = 10.0
    return Spelled(logits, names, FRAME_S)


def _spoil(text: str, share: float, rng: random.Random) -> str:
    words: list[str] = []
    for word in plain_words(text).split():
        chance = rng.random()
        if chance < 0.7 * share:
            words.append(rng.choice(OTHERS))
        elif chance < 0.85 * share:
            continue
        else:
            words += [word, rng.choice(OTHERS)] if chance < share else [word]
    return " ".join(words)


def _row(share: float | None, found: dict[str, Any], plain_s: float, num_clips: int) -> Sequence[str]:
    name = "none" if share is None else f"{share:.0%} of the words wrong"
    seconds = found["seconds"]
    return [name, str(found["passes"]), f"{seconds:.1f}", f"{plain_s / seconds:.1f}", f"{found['same']} of {num_clips}"]


if __name__ == "__main__":
    run("drafts", arguments(__doc__).parse_args(), measure)
