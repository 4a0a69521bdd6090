"""Make the training sets of allears-base from the corpora in $ALLEARS_DATA, under $ALLEARS_WORK.

    python recipes/base/prepare.py repair     # repair/manifest.jsonl: clips of 1 to 28 s for the padded teacher
    python recipes/base/prepare.py heads      # heads/manifest.jsonl: clips with pauses for speech, speaker, language
    python recipes/base/prepare.py ctc        # ctc/{libri,real,spoken}.jsonl: English (after speak.py, teach_words.py)
    python recipes/base/prepare.py traits     # traits/manifest.jsonl: emotion, gender, age, accent, keywords

Only train splits are read. Left out: nemo-nc (non-commercial) and the GPL-2 voice of asterisk-prompts.
Deterministic: fixed seeds, manifests sorted by the corpora themselves.
"""

from __future__ import annotations

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

from noisy import noisy_copies

from allears.data.compose import ComposePlan, compose
from allears.data.manifest import Clip, read_manifest, write_manifest
from allears.texts import plain_words

DATA = Path(os.environ["ALLEARS_DATA"])
WORK = Path(os.environ["ALLEARS_WORK"])
LONGEST_S = 28.0  # one pass of the encoder
SURE_LOGPROB = -0.6  # mean log-probability of a teacher that is not guessing


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


def ctc() -> list[Clip]:
    """What is spelt with a to z: real and synthetic speech, and LibriSpeech as a padded Whisper heard it."""
    rng, out = random.Random(5), WORK / "ctc"
    spoken = [text_only(c) for c in read_manifest(WORK / "spoken" / "manifest.jsonl")]
    spoken = spoken[:1800] + noisy_copies(spoken[1800:], out / "spoken-noisy", seed=1)
    ocean, asterisk, wake, community, digits = (
        [text_only(c) for c in train_clips(corpus) if is_english_letters(c)]
        for corpus in ("speechocean762-train", "asterisk-prompts", "wake-words", "precise-community", "spoken-digits")
    )
    short = rng.sample(wake, 250) + rng.sample(community, 200) + rng.sample(digits, 300)
    again = rng.sample(ocean, 700) + asterisk + rng.sample(short, 250)
    real = ocean + asterisk + short + noisy_copies(again, out / "real-noisy", seed=2)
    taught = [c for c in read_manifest(out / "taught.jsonl") if c.labels["teacher_logprob"] > SURE_LOGPROB]
    libri = [text_only(c) for c in taught if is_english_letters(c)]
    libri += noisy_copies(libri * 3, out / "libri-noisy", seed=3)
    for name, clips in (("spoken", spoken), ("real", real), ("libri", libri)):
        write_manifest(clips, out / f"{name}.jsonl")
    return spoken + real + libri


def is_english_letters(clip: Clip) -> bool:
    """Whether a clip is English and its text spelt with a to z and apostrophes alone."""
    text = plain_words(clip.labels.get("text", ""))
    is_english = str(clip.labels.get("language", "en")).startswith("en")
    return is_english and bool(text) and all(c.isascii() and (c.isalpha() or c in " '") for c in text)


def text_only(clip: Clip) -> Clip:
    return replace(clip, labels={"text": plain_words(clip.labels["text"])})


def traits() -> list[Clip]:
    """What a voice is like and which word it says, clean and noisy. `accent` is `native` for LibriSpeech and asterisk's
    English, which is a guess from the corpora, and `Mandarin` for speechocean762."""
    rng, out = random.Random(6), WORK / "traits"
    emodb = [kept(c, "emotion", "gender", "age") for c in train_clips("emodb")]
    ocean = [kept(c, "gender", "age", accent="Mandarin") for c in train_clips("speechocean762-train")]
    libri = [kept(c, "gender", accent="native") for c in train_clips("librispeech-mini")]
    english = [c for c in train_clips("asterisk-prompts") if c.labels["language"] == "en"]
    other = [c for c in train_clips("asterisk-prompts") if c.labels["language"] != "en" and "gender" in c.labels]
    asterisk = [kept(c, "gender", accent="native") for c in english] + [
        kept(c, "gender") for c in rng.sample(other, 500)
    ]
    words = [kept(c, "keyword") for c in read_manifest(WORK / "spoken-keywords" / "manifest.jsonl")]
    words = words[: len(words) // 2] + noisy_copies(words[len(words) // 2 :], out / "words-noisy", seed=11)
    real_words = [kept(c, "keyword") for c in train_clips("precise-community") if "keyword" in c.labels]
    real_words += [kept(c, "keyword") for c in rng.sample(train_clips("spoken-digits"), 600)]
    voices = emodb * 2 + rng.sample(ocean, 900) + libri * 2 + rng.sample(asterisk, 400)
    return emodb + ocean + libri + asterisk + words + real_words + noisy_copies(voices, out / "noisy", seed=12)


def kept(clip: Clip, *fields: str, **more: str) -> Clip:
    """The clip with those labels alone, and some more."""
    return replace(clip, labels={key: clip.labels[key] for key in fields if key in clip.labels} | more)


def own_speaker(clip: Clip, corpus: str) -> Clip:
    """The clip with its speaker's name made unique over corpora."""
    if "speaker" not in clip.labels:
        return clip
    return replace(clip, labels={**clip.labels, "speaker": f"{corpus}/{clip.labels['speaker']}"})


if __name__ == "__main__":
    sets = {"repair": repair, "heads": heads, "ctc": ctc, "traits": traits}
    if len(sys.argv) != 2 or sys.argv[1] not in sets:
        raise SystemExit(__doc__)
    made = sets[sys.argv[1]]()
    count = write_manifest(made, WORK / sys.argv[1] / "manifest.jsonl")
    print(f"{count} clips, {sum(c.duration_s or 0 for c in made) / 3600:.2f} h")
