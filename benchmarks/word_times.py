"""Word times of a transcript against a forced alignment by PocketSphinx, which knows the words.

python benchmarks/word_times.py --data DIR --out word_times.json

Words of the transcript that are words of the reference, in its order. PocketSphinx (its own English model, cmudict)
aligns the reference; clips with a word that it has no pronunciation for are left out, and counted. It is no truth, but
independent: phones of an HMM, every 10 ms. The shift of ours (`decode/spelled.py`) was chosen on LibriSpeech mini dev;
Asterisk prompts, test, had no part in it.
"""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from allears import Session
from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.texts import plain_words
from common.corpora import NAMES, clips_of
from common.run import Table, arguments, progress, run
from common.stats import Spread, bootstrap
from peers.ours import session

SETS = (("librispeech-mini", "dev"), ("asterisk-prompts", "test"))
PAD_S = 0.25  # of silence, which the peer's search needs around what is said
FAR_S = 0.15  # off by so much, a word is marked in the wrong place

Words = list[tuple[str, float, float]]
"""Words with start and end, seconds."""


def measure(args: argparse.Namespace) -> dict[str, Any]:
    ours = session(args, ["transcribe"])
    if ours is None:
        raise ValueError("times are ours against the peer's: leave out --peers-only")
    aligner, results, rows = _Aligner(), dict[str, Any](), list[list[str]]()
    for corpus, split in SETS:
        errors, num_left_out = _hear(ours, aligner, clips_of(args.data, corpus, split, language="en")[: args.limit])
        found = {edge: _scores([clip[:, i] for clip in errors], args.seed) for i, edge in enumerate(("start", "end"))}
        results[corpus] = found | {"words": sum(map(len, errors)), "clips": len(errors), "left_out": num_left_out}
        rows += [_row(NAMES.get(corpus, corpus), results[corpus], edge) for edge in found]
    table: Table = {
        "title": "Word times",
        "columns": ["set", "clips (left out), words", "edge", "later by, ms", "apart (95 %), ms", "150 ms or more, %"],
        "rows": rows,
        "notes": ["Later by: the median. Left out: clips with a word that PocketSphinx cannot say. Interval: bootstrap "
                  "over clips."],
    }  # fmt: skip
    return {"results": results, "tables": [table]}


def _hear(ours: Session, aligner: _Aligner, clips: Sequence[Clip]) -> tuple[list[np.ndarray], int]:
    """How late words are, clip by clip, and how many clips could not be aligned."""
    errors: list[np.ndarray] = []
    for clip in clips:
        audio = load_clip(clip)
        truth = aligner.align(audio, plain_words(clip.labels["text"]))
        if truth:
            said = ours.hear(audio, sample_rate=SAMPLE_RATE, language="en", tasks=["transcribe"]).words
            errors.append(_errors(truth, [(plain_words(word.text), word.start_s, word.end_s) for word in said]))
    progress(f"word times: {len(errors)} of {len(clips)} clips")
    return errors, len(clips) - len(errors)


class _Aligner:
    """PocketSphinx with its own dictionary."""

    def __init__(self) -> None:
        try:
            from pocketsphinx import Decoder
        except ImportError as error:
            raise ValueError("PocketSphinx is missing: pip install -r benchmarks/requirements.txt") from error
        self._decoder = Decoder(lm=None, loglevel="FATAL")

    def align(self, audio: np.ndarray, text: str) -> Words:
        """Of samples (S,); none where it has no pronunciation or finds no way."""
        silence = np.zeros(round(PAD_S * SAMPLE_RATE), np.float32)
        sound = np.concatenate([silence, audio, silence]).clip(-1, 1)
        try:
            self._decoder.set_align_text(text)
            self._decoder.start_utt()
            self._decoder.process_raw((sound * 32767).astype("<i2").tobytes(), full_utt=True)
            self._decoder.end_utt()
        except RuntimeError:
            return []
        return [
            (one.word.partition("(")[0], one.start_frame / 100 - PAD_S, (one.end_frame + 1) / 100 - PAD_S)
            for one in self._decoder.seg() or ()
            if not one.word.startswith(("<", "[", "("))
        ]


def _errors(truth: Words, said: Words) -> np.ndarray:
    """(N, 2) seconds that starts and ends are later, of the words that are the same."""
    matcher = difflib.SequenceMatcher(None, [w for w, _, _ in truth], [w for w, _, _ in said], autojunk=False)
    pairs = [(a + i, b + i) for a, b, size in matcher.get_matching_blocks() for i in range(size)]
    late = [(said[b][1] - truth[a][1], said[b][2] - truth[a][2]) for a, b in pairs]
    return np.array(late, np.float64).reshape(-1, 2)


def _scores(clips: Sequence[np.ndarray], seed: int) -> dict[str, Any]:
    late = np.concatenate(clips)
    sums, counts = np.array([np.abs(clip).sum() for clip in clips]), np.array([len(clip) for clip in clips])
    apart = bootstrap(lambda w: float(w @ sums / (w @ counts)), len(clips), seed=seed)
    return {
        "median_s": float(np.median(late)),
        "apart_s": asdict(apart),
        "far": float(np.mean(np.abs(late) >= FAR_S)),
    }


def _row(name: str, found: dict[str, Any], edge: str) -> list[str]:
    count = f"{found['clips']} ({found['left_out']}), {found['words']}"
    one = found[edge]
    apart = Spread(**one["apart_s"]).text(1000, 0)
    return [name, count, edge, f"{1000 * one['median_s']:+.0f}", apart, f"{100 * one['far']:.1f}"]


if __name__ == "__main__":
    run("word_times", arguments(__doc__).parse_args(), measure)
