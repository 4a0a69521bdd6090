"""What recipes/understand/joint.yaml learns from: sentences of nlu-text, some of them said by synthetic voices.

    python recipes/understand/spoken.py 3000          # so many clips to train on; again to go on after a stop
    python recipes/understand/spoken.py 3000 snips    # of one set alone: snips, home or clinc

Under $ALLEARS_WORK/understand-all, or -SET: `spoken.jsonl` (clips with `text`, `intent`, `slots`), `written.jsonl` (all
sentences, nobody says them), `vocabulary.txt` (word pieces of $ALLEARS_WORK/minilm that the sentences need most).
Train clips say train sentences. Dev and test clips, a tenth as many each (60 at least), say dev and test sentences in
voices that no train clip has. Sentences with digits are not said: a voice may say them either way.

Intents of several sets are told apart by the set's name before them; a sentence out of scope has the intent `oos`,
which no clip says. CLINC150 has no marked values, so its rows have no `slots`.

Needs the commands espeak-ng and flite, run as programs of their own. Deterministic: all about clip i follows from i.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import soundfile

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip, write_manifest
from allears.transfer.commands.voices import Speaking, Voice, speak
from allears.understand.learn.prune import prune, read_vocabulary
from allears.understand.learn.sentences import Example, read_examples
from allears.understand.tags import spans_of

DATA = Path(os.environ["ALLEARS_DATA"])
WORK = Path(os.environ["ALLEARS_WORK"])
FOLDERS = {"snips": "snips", "home": "nlu-evaluation", "clinc": "clinc150"}
ALL = "all"
OUT = "oos"  # intent of a sentence that is none of the sets' business
VOICES = {
    "train": (
        *(("espeak-ng", f"{accent}+{variant}") for accent in ("en-us", "en-gb", "en-gb-x-rp", "en-029")
          for variant in ("f1", "f2", "f4", "m1", "m2", "m4", "m7", "klatt2", "Andy", "Annie", "linda", "ed")),
        *(("flite", name) for name in ("awb", "rms") for _ in range(12)),
    ),
    "dev": (("espeak-ng", "en-us+f3"), ("espeak-ng", "en-gb-scotland+m3"), ("flite", "slt")),
    "test": (("espeak-ng", "en-us+m5"), ("espeak-ng", "en-gb-x-gbclan+f5"), ("flite", "kal16")),
}  # fmt: skip
SIZE = 9_000  # pieces
WRITTEN_S = 0.025  # a row without sound counts as one frame of silence


def rows(name: str, split: str) -> list[dict[str, Any]]:
    """The sentences of a set, or of all, in lower case, with the places of their values."""
    found = []
    for one in FOLDERS if name == ALL else (name,):
        examples = read_examples(DATA / "nlu-text" / FOLDERS[one] / f"{split}.jsonl")
        known = [e for e in examples if e.intent is not None or e.is_in_scope is False]
        found += [row_of(e, f"{one}/" if name == ALL else "") for e in known]
    return found


def row_of(example: Example, prefix: str) -> dict[str, Any]:
    """`text`, `intent` and, where they are marked, `slots` of a sentence; characters of the text."""
    words = [word.lower() for word in example.words]
    starts = [sum(len(word) + 1 for word in words[:i]) for i in range(len(words))]
    slots = []
    for found in spans_of(example.tags or ()):
        start, end = starts[found.first], starts[found.stop - 1] + len(words[found.stop - 1])
        slots.append({"slot": found.name, "value": " ".join(words)[start:end], "start": start, "end": end})
    intent = OUT if example.intent is None else f"{prefix}{example.intent}"
    return {"text": " ".join(words), "intent": intent} | ({} if example.tags is None else {"slots": slots})


def is_sayable(text: str) -> bool:
    """Letters, spaces and apostrophes alone, and not too long."""
    return 0 < len(text) < 100 and all(c.isascii() and (c.isalpha() or c in " '") for c in text)


def say(number: int, split: str, sayable: Sequence[Mapping[str, Any]], out: Path) -> Clip | None:
    """Clip `number` of a split; None if the voice failed."""
    rng = random.Random(f"{split}-{number}")
    labels, (program, voice) = rng.choice(sayable), rng.choice(VOICES[split])
    path, how = out / f"{split}-{number:06d}.flac", Speaking.drawn(rng)
    if not path.exists():
        try:
            audio = speak(labels["text"], Voice(program, voice), how)
        except ValueError:
            return None
        if len(audio) < SAMPLE_RATE // 4:
            return None
        audio = audio * (10 ** rng.uniform(-1.0, 0.0) / max(1e-3, abs(audio).max()))
        soundfile.write(path.with_suffix(".partial"), audio, SAMPLE_RATE, format="FLAC")
        path.with_suffix(".partial").replace(path)
    return Clip(
        path.stem, path, duration_s=soundfile.info(path).duration, split=split, source="synthetic",
        labels={**labels, "language": "en", "voice_name": voice},
    )  # fmt: skip


def written(name: str, out: Path) -> Iterator[Clip]:
    """Rows without sound: `sentence` in place of `text`. Their `audio` is never read."""
    for split in ("train", "dev", "test"):
        for number, row in enumerate(rows(name, split)):
            labels = {"sentence": row["text"]} | {key: row[key] for key in ("intent", "slots") if key in row}
            yield Clip(
                f"written-{split}-{number}", out / "none.wav", duration_s=WRITTEN_S, split=split, source=name,
                labels=labels,
            )  # fmt: skip


def main(count: int, name: str) -> None:
    out = WORK / f"understand-{name}"
    (out / "audio").mkdir(parents=True, exist_ok=True)
    clips, num_asked = list[Clip](), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for split in VOICES:
            sayable = [row for row in rows(name, split) if is_sayable(row["text"]) and row["intent"] != OUT]
            numbers = range(count if split == "train" else max(60, count // 10))
            num_asked += len(numbers)
            said = pool.map(lambda number, s=split, own=sayable: say(number, s, own, out / "audio"), numbers)
            clips += [clip for clip in said if clip is not None]
    write_manifest(clips, out / "spoken.jsonl")
    num_written = write_manifest(written(name, out), out / "written.jsonl")
    words = [word for row in rows(name, "train") for word in row["text"].split()]
    pieces = prune(read_vocabulary(WORK / "minilm" / "tokenizer.json"), words, SIZE)
    (out / "vocabulary.partial").write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8")
    (out / "vocabulary.partial").replace(out / "vocabulary.txt")
    hours = sum(clip.duration_s or 0 for clip in clips) / 3600
    print(f"{len(clips)} clips, {hours:.2f} h, {num_asked - len(clips)} failed; {num_written} written sentences")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not sys.argv[1].isdigit() or sys.argv[2:] not in ([], *([n] for n in FOLDERS)):
        raise SystemExit(__doc__)
    main(int(sys.argv[1]), *(sys.argv[2:] or [ALL]))
