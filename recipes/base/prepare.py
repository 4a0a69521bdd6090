"""Make the training sets of allears-base from the corpora in $ALLEARS_DATA, under $ALLEARS_WORK.

    python recipes/base/prepare.py repair     # repair/manifest.jsonl: clips of 1 to 28 s for the padded teacher
    python recipes/base/prepare.py heads      # heads/manifest.jsonl: clips with pauses for speech, speaker, language

Only train splits are read. Left out: nemo-nc (non-commercial) and the GPL-2 voice of asterisk-prompts.
Deterministic: fixed seeds, manifests sorted by the corpora themselves.
"""

from __future__ import annotations

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

from allears.data.compose import ComposePlan, compose
from allears.data.manifest import Clip, read_manifest, write_manifest

DATA = Path(os.environ["ALLEARS_DATA"])
WORK = Path(os.environ["ALLEARS_WORK"])
LONGEST_S = 28.0  # one pass of the encoder


def train_clips(corpus: str) -> list[Clip]:
    """Train clips of a corpus that may be learned from."""
    clips = read_manifest(DATA / corpus / "manifest.jsonl")
    return [c for c in clips if c.split == "train" and c.licence != "GPL-2.0" and (c.duration_s or 0) < LONGEST_S]


def repair() -> list[Clip]:
    """Real clips, pieces and strings of them, 1 to 28 s, shuffled, so that any first part is a fair sample."""
    rng, out = random.Random(0), WORK / "repair"
    libri, ocean, asterisk = (train_clips(n) for n in ("librispeech-mini", "speechocean762-train", "asterisk-prompts"))
    digits = train_clips("spoken-digits")
    clips = list(libri)
    clips += compose(libri, out / "libri", ComposePlan(num_crops=450), seed=1)
    clips += compose(ocean, out / "so", ComposePlan(num_strings=150), seed=2)
    clips += compose(asterisk, out / "ast", ComposePlan(num_strings=200), seed=3)
    clips += compose(digits, out / "dig", ComposePlan(num_strings=60, max_s=12), seed=4)
    clips += rng.sample(ocean, 600)
    clips += rng.sample([c for c in asterisk if (c.duration_s or 0) > 0.8], 550)
    clips += rng.sample(train_clips("emodb"), 80)
    clips += rng.sample(train_clips("precise-community"), 100) + rng.sample(train_clips("wake-words"), 60)
    rng.shuffle(clips)
    return [replace(c, id=f"{c.audio.parent.parent.name}-{c.id}") for c in clips]


def heads() -> list[Clip]:
    """Everything labelled, with pieces of long clips (more clips a voice) and strings with long pauses (silence)."""
    out = WORK / "heads"
    clips: list[Clip] = []
    for corpus in ("speechocean762-train", "asterisk-prompts", "librispeech-mini"):
        clips += [own_speaker(c, corpus) for c in train_clips(corpus)]
    libri, rest = [c for c in clips if c.source == "LibriSpeech"], [c for c in clips if c.source != "LibriSpeech"]
    clips += compose(libri, out / "pieces", ComposePlan(num_crops=2500), seed=11)
    clips += compose(rest, out / "strings", ComposePlan(num_strings=700, min_s=5, max_s=20, max_pause_s=3.0), seed=12)
    for corpus in ("emodb", "spoken-digits", "precise-community", "wake-words"):
        clips += [own_speaker(c, corpus) for c in train_clips(corpus)]
    return [replace(c, id=f"{c.audio.parent.parent.name}-{c.id}") for c in clips]


def own_speaker(clip: Clip, corpus: str) -> Clip:
    """The clip with its speaker's name made unique over corpora."""
    if "speaker" not in clip.labels:
        return clip
    return replace(clip, labels={**clip.labels, "speaker": f"{corpus}/{clip.labels['speaker']}"})


if __name__ == "__main__":
    sets = {"repair": repair, "heads": heads}
    if len(sys.argv) != 2 or sys.argv[1] not in sets:
        raise SystemExit(__doc__)
    made = sets[sys.argv[1]]()
    count = write_manifest(made, WORK / sys.argv[1] / "manifest.jsonl")
    print(f"{count} clips, {sum(c.duration_s or 0 for c in made) / 3600:.2f} h")
