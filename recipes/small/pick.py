"""Three hours for allears-small to learn from, of what allears-base learned from, and dev clips to measure it on.

    python recipes/small/pick.py $ALLEARS_WORK/small/pick.jsonl       # and measure.jsonl beside it

In: the manifests that recipes/base made under $ALLEARS_WORK, the corpora under $ALLEARS_DATA. Out: two manifests.
Deterministic.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from allears.data.manifest import Clip, read_manifest, write_manifest

DATA, WORK = Path(os.environ["ALLEARS_DATA"]), Path(os.environ["ALLEARS_WORK"])
LENGTH_S = (0.8, 12.0)
LANGUAGES = ("it", "fr", "es", "ru", "de")
DEV = 60  # clips of a set to measure on

Wanted = Callable[[Clip], bool]


def has(field: str, start: str = "") -> Wanted:
    """Clips with that field, beginning so."""
    return lambda clip: str(clip.labels.get(field) or "").startswith(start) and bool(clip.labels.get(field))


PICKED: tuple[tuple[str, int, Wanted], ...] = (
    ("traits/manifest.jsonl", 700, has("emotion")),
    ("traits/manifest.jsonl", 500, has("keyword")),
    ("traits/manifest.jsonl", 400, has("accent")),
    *(("heads/manifest.jsonl", 90, has("language", code)) for code in LANGUAGES),
    ("heads/manifest.jsonl", 700, has("language", "en")),
    ("ctc/libri.jsonl", 200, has("text")),
    ("ctc/talkies.jsonl", 500, has("text")),
    ("ctc/spoken.jsonl", 150, has("text")),
)


def pick(rng: random.Random) -> Iterator[Clip]:
    """Each clip once, whatever manifests it is in."""
    seen: set[tuple[Path, str]] = set()
    for name, count, is_wanted in PICKED:
        clips = [c for c in read_manifest(WORK / name) if is_wanted(c) and _fits(c)]
        rng.shuffle(clips)
        new = [clip for clip in clips if (clip.audio.resolve(), clip.id) not in seen][:count]
        seen |= {(clip.audio.resolve(), clip.id) for clip in new}
        yield from new


def _fits(clip: Clip) -> bool:
    return LENGTH_S[0] <= (clip.duration_s or 0.0) <= LENGTH_S[1]


def to_measure(rng: random.Random) -> Iterator[Clip]:
    """LibriSpeech, EmoDB, Asterisk; words of English alone, which is what the student writes."""
    for corpus in ("librispeech-mini", "emodb", "asterisk-prompts"):
        clips = [c for c in read_manifest(DATA / corpus / "manifest.jsonl") if c.split == "dev"]
        rng.shuffle(clips)
        for clip in clips[:DEV]:
            is_english = clip.labels.get("language", "en") == "en"
            kept = {key: value for key, value in clip.labels.items() if key != "text" or is_english}
            yield replace(clip, labels=kept)


def main(out: str) -> None:
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = random.Random(0)
    clips = list(pick(rng))
    rng.shuffle(clips)
    write_manifest(clips, path)
    write_manifest(to_measure(rng), path.with_name("measure.jsonl"))
    print(f"{len(clips)} clips, {sum(clip.duration_s or 0.0 for clip in clips) / 3600:.2f} h", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
