"""Stretches of meetings with who speaks when in them: what the head `turns` learns from.

    python recipes/meeting/mixtures.py --hours 1.7

In: the train splits under $ALLEARS_DATA. Out: `train.jsonl`, `dev.jsonl`, FLAC and RTTM files under
$ALLEARS_WORK/meeting. Most are of conversations that never were (`conversation.py`), a few of AMI, at three speeds.
Clips of train are as long as one pass of the encoder, since its frames depend on where in a pass they are; the loss
cuts them into windows. Those of dev are windows, of people whom train has not. Left out: nemo-nc (non-commercial), the
GPL-2 voice of asterisk-prompts, and the AMI excerpts in `AMI_KEPT`, on which the rest of the pipeline is tuned. The
same seed gives the same files; what is there is not made again.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
from conversation import Stage, TrueTurn, converse

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip, read_manifest, write_manifest
from allears.formats.rttm import rttm
from allears.rttm import read_rttm

WEIGHTS = {"librispeech-mini": 4.0, "speechocean762-train": 3.5, "asterisk-prompts": 1.2, "emodb": 0.8, "ami-mini": 1.0}
AMI_KEPT = ("trn00", "trn01", "trn02", "trn03", "trn04")  # two meetings of the five
ROOMS = ("spreader", "speechbrain_rir1", "speechbrain_rir2", "speechbrain_rir3", "lhotse_sim_1ch",
         "audiomentations_impulse_response_0", "audiomentations_stereo_impulse_response")  # fmt: skip
TALK_S = 30.0  # of a conversation
TRAIN_CUTS = ((0.0, 28.0),)  # start and length of the clips of a conversation: one pass of the encoder
DEV_CUTS = ((0.0, 10.0), (10.0, 10.0), (20.0, 10.0))
DEV_SHARE, DEV_ONE_IN = 0.06, 12  # of the conversations; of the people of the large corpora
AMI_SPEEDS = (1.0, 0.92, 1.09)
ALONE_S = 0.8  # of a stretch of AMI in which one person alone speaks


def train_clips(corpus: str) -> list[Clip]:
    """Train clips that may be learned from."""
    clips = read_manifest(Path(os.environ["ALLEARS_DATA"]) / corpus / "manifest.jsonl")
    return [c for c in clips if c.split == "train" and c.licence != "GPL-2.0" and c.id not in AMI_KEPT]


def stage(*, is_dev: bool) -> Stage:
    """Voices, noises and rooms; dev has one in twelve of the people of the two large corpora, train the others."""
    large = ("librispeech-mini", "speechocean762-train")
    corpora = large if is_dev else tuple(WEIGHTS)
    voices: dict[str, Mapping[str, Sequence[Clip]]] = {}
    for corpus in corpora:
        people: dict[str, list[Clip]] = {}
        for clip in _alone() if corpus == "ami-mini" else train_clips(corpus):
            people.setdefault(str(clip.labels["speaker"]), []).append(clip)
        kept = {who: own for who, own in people.items() if corpus not in large or _is_dev(who) == is_dev}
        voices[corpus] = kept
    rooms = [clip for clip in train_clips("rirs") if clip.labels.get("room") in ROOMS]
    return Stage(voices, WEIGHTS, [load_clip(c) for c in train_clips("noise")], [load_clip(c) for c in rooms])


def _is_dev(who: str) -> bool:
    return zlib.crc32(who.encode()) % DEV_ONE_IN == 0


def _alone() -> Iterator[Clip]:
    """Stretches of AMI's excerpts in which one person alone speaks."""
    for clip in train_clips("ami-mini"):
        turns = read_rttm(clip.labels["rttm"])
        edges = sorted({time for start, end, _ in turns for time in (start, end)})
        for start, end in itertools.pairwise(edges):
            who = {name for a, b, name in turns if a < end and b > start}
            if len(who) == 1 and end - start >= ALONE_S:
                yield replace(
                    clip, id=f"{clip.id}-{start}", start_s=start, duration_s=end - start, labels={"speaker": who.pop()}
                )


def made(scene: Stage, folder: Path, count: int, seed: int, cuts: Sequence[tuple[float, float]]) -> Iterator[Clip]:
    """Clips of `count` made conversations."""
    for number in range(count):
        paths = [folder / f"{seed:03d}-{number:05d}-{start_s:g}.flac" for start_s, _ in cuts]
        if not all(path.with_suffix(".rttm").exists() for path in paths):
            heard = converse(scene, TALK_S, seed * 1_000_003 + number)
            for path, (start_s, length_s) in zip(paths, cuts, strict=True):
                _write(path, heard.audio, heard.turns, start_s, length_s)
            if number % 20 == 0:
                print(f"{folder.name}: {number} of {count}", flush=True)
        yield from (_clip(path, "made of single speakers") for path in paths)


def excerpts(folder: Path) -> Iterator[Clip]:
    """AMI's train excerpts, as they are, slower and faster."""
    for clip in train_clips("ami-mini"):
        audio, turns = load_clip(clip), read_rttm(clip.labels["rttm"])
        for speed in AMI_SPEEDS:
            path = folder / f"{clip.id}-{speed:g}.flac"
            if not path.with_suffix(".rttm").exists():
                sound = np.interp(np.arange(0, len(audio) - 1, speed), np.arange(len(audio)), audio).astype(np.float32)
                moved = [(start / speed, end / speed, who) for start, end, who in turns]
                _write(path, sound, moved, *TRAIN_CUTS[0])
            yield _clip(path, "AMI Meeting Corpus")


def _write(path: Path, audio: np.ndarray, turns: Sequence[TrueTurn], start_s: float, length_s: float) -> None:
    """A window of a recording and its turns; each file appears whole, the RTTM last."""
    end_s, first = start_s + length_s, round(start_s * SAMPLE_RATE)
    inside = [(max(a, start_s) - start_s, min(b, end_s) - start_s, w) for a, b, w in turns if a < end_s and b > start_s]
    partial = path.with_suffix(".partial")
    soundfile.write(partial, audio[first : first + round(length_s * SAMPLE_RATE)], SAMPLE_RATE, format="FLAC")
    os.replace(partial, path)
    partial.write_text(rttm(path.stem, inside), encoding="utf-8")
    os.replace(partial, path.with_suffix(".rttm"))


def _clip(path: Path, source: str) -> Clip:
    labels = {"rttm": str(path.with_suffix(".rttm").resolve())}
    return Clip(path.stem, path, duration_s=soundfile.info(path).duration, source=source, labels=labels)


def main() -> None:
    """Write both manifests."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hours", type=float, default=1.7, help="of made conversations")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    out = Path(os.environ["ALLEARS_WORK"]) / "meeting"
    count = round(args.hours * 3600 / TALK_S)
    for name, share, cuts in (("train", 1.0, TRAIN_CUTS), ("dev", DEV_SHARE, DEV_CUTS)):
        is_dev, folder = name == "dev", out / name
        folder.mkdir(parents=True, exist_ok=True)
        clips = list(made(stage(is_dev=is_dev), folder, round(share * count), 2 * args.seed + is_dev, cuts))
        clips += [] if is_dev else list(excerpts(folder))
        random.Random(args.seed).shuffle(clips)
        print(f"{name}: {write_manifest(clips, out / f'{name}.jsonl')} clips", flush=True)


if __name__ == "__main__":
    main()
