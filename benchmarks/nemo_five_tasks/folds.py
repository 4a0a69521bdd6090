"""Who is heard in training and who is not: three folds over speakers and one split of the sentences.

In: the manifest of nEMO. Out: a folder a fold with `train.jsonl`, `dev.jsonl`, `test.jsonl` and `known.jsonl`, and
every clip as a WAV file (so that an epoch costs no Opus decoding).

A fold holds out two speakers for the test (a woman and a man) and TP0 for dev; nine of the 90 sentences are held out
besides for dev, and nine for the test. So of a clip of

    a training speaker   training sentence  all five labels are trained on
    a training speaker   held-out sentence  only `speaker` is asked, in dev or test: the closed set's own split
    a held-out speaker   any sentence       emotion, gender and age are asked, in dev or test
    a held-out speaker   held-out sentence  the text, too: nobody's voice and nobody's words were in the training
    a test speaker       training sentence  the text, apart from the others (`known.jsonl`): new voice, known words
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import soundfile

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip, read_manifest, write_manifest

__all__ = ["DEV_SPEAKER", "PARTS", "TEST_SPEAKERS", "Sentences", "fold_of", "parts_of", "prepare", "split_sentences"]

TEST_SPEAKERS = (
    ("KD0", "SM0"),
    ("IC0", "KS0"),
    ("EB0", "WR0"),
)  # a woman and a man a fold; 0 is the corpus's own
DEV_SPEAKER = "TP0"  # never in a test: what was tuned on him cannot flatter one
PARTS = ("train", "dev", "test", "known")
NUM_HELD_OUT = 9  # sentences for dev, and as many for the test
MAX_KNOWN = 200  # clips of known.jsonl: an error rate of 7000 letters is exact enough
LABELS = ("emotion", "gender", "age", "speaker", "text")


@dataclass(frozen=True)
class Sentences:
    """Ids of the sentences that are held out; all others train."""

    dev: frozenset[str]
    test: frozenset[str]


def fold_of(seed: int) -> int:
    """Each seed hears another fold, so that intervals over seeds are over speakers, too."""
    return seed % len(TEST_SPEAKERS)


def split_sentences(ids: Iterable[str]) -> Sentences:
    """The same at every call: drawn with a fixed seed from the sorted ids."""
    order = sorted(set(ids))
    random.Random(0).shuffle(order)
    return Sentences(frozenset(order[:NUM_HELD_OUT]), frozenset(order[NUM_HELD_OUT : 2 * NUM_HELD_OUT]))


def parts_of(clips: Sequence[Clip], sentences: Sentences, fold: int) -> dict[str, list[Clip]]:
    """Part -> its clips, each with the labels that part may know."""
    tested = TEST_SPEAKERS[fold]
    parts: dict[str, list[Clip]] = {part: [] for part in PARTS}
    held_out = {"dev": sentences.dev, "test": sentences.test}
    for clip in clips:
        speaker, sentence = clip.labels["speaker"], clip.labels["sentence_id"]
        part = "test" if speaker in tested else "dev" if speaker == DEV_SPEAKER else None
        if part is not None:
            texts = ("text",) if sentence in held_out[part] else ()
            parts[part].append(_only(clip, ("emotion", "gender", "age", *texts)))
            if part == "test" and sentence not in sentences.dev | sentences.test:
                parts["known"].append(_only(clip, ("text",)))
        elif sentence in sentences.dev | sentences.test:
            parts["dev" if sentence in sentences.dev else "test"].append(_only(clip, ("speaker",)))
        else:
            parts["train"].append(_only(clip, LABELS))
    count = len(parts["known"])
    if count > MAX_KNOWN:
        parts["known"] = [parts["known"][i * count // MAX_KNOWN] for i in range(MAX_KNOWN)]
    return parts


def prepare(corpus: Path, work: Path, limit: int | None = None) -> Mapping[str, int]:
    """Write folds and audio under `work`, those that are not there; returns `fold-0/train` -> clips.

    Args:
        corpus: folder of nEMO, with `manifest.jsonl`.
        work: made if absent.
        limit: at most so many clips a part, for a quick look.

    Raises:
        ValueError: the corpus is not there.
    """
    manifest = corpus / "manifest.jsonl"
    if not manifest.is_file():
        raise ValueError(f"{manifest} is missing: unpack nemo-nc.tar, and give the folder it is in with --data")
    clips = list(read_manifest(manifest))
    sentences = split_sentences(clip.labels["sentence_id"] for clip in clips)
    counts = {}
    for fold in range(len(TEST_SPEAKERS)):
        for part, chosen in parts_of(clips, sentences, fold).items():
            kept = chosen if limit is None else _thin(chosen, limit)
            written = [_as_wav(clip, work / "audio") for clip in kept]
            path = work / f"fold-{fold}" / f"{part}.jsonl"
            own = path.with_name(f"{part}.{os.getpid()}.jsonl")  # two encoders may be prepared at the same time
            counts[f"fold-{fold}/{part}"] = write_manifest(written, own)
            own.replace(path)
    return counts


def _only(clip: Clip, labels: Sequence[str]) -> Clip:
    return replace(clip, split=None, labels={label: clip.labels[label] for label in labels})


def _thin(clips: Sequence[Clip], limit: int) -> list[Clip]:
    return [clips[i * len(clips) // min(limit, len(clips))] for i in range(min(limit, len(clips)))]


def _as_wav(clip: Clip, folder: Path) -> Clip:
    path = folder / f"{clip.id}.wav"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        soundfile.write(partial, load_clip(clip), SAMPLE_RATE, subtype="PCM_16", format="WAV")
        partial.replace(path)
    return replace(clip, audio=path, start_s=0.0)
