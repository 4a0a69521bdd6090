"""Make clips of random length out of the clips there are: cut pieces, and strings of clips with pauses.

In: clips. Out: new audio files (FLAC) and a manifest of them. Used to teach an encoder that will be run on any
length: corpora of short prompts hold almost nothing between 8 and 28 s. Deterministic for a seed.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.data.sampler import clip_length_s

__all__ = ["ComposePlan", "compose"]

log = logging.getLogger(__name__)

_MIN_PAUSE_S = 0.05  # between strung clips
_LONG_S = 6.0  # pieces are cut from clips longer than this
_CROP_MIN_S = 1.0  # nothing shorter is worth transcribing


@dataclass(frozen=True)
class ComposePlan:
    """How many new clips of each sort to make.

    Attributes:
        num_crops: random pieces of clips longer than 6 s.
        num_strings: strings of clips of one language (of one speaker where it is known).
        min_s: shortest target length of a string, seconds.
        max_s: longest target length of a string, seconds.
        max_pause_s: longest pause between the clips of a string, seconds.
    """

    num_crops: int = 0
    num_strings: int = 0
    min_s: float = 3.0
    max_s: float = 28.0
    max_pause_s: float = 0.8


def compose(clips: Sequence[Clip], out_dir: Path, plan: ComposePlan, *, seed: int = 0) -> list[Clip]:
    """Write the planned clips under `out_dir/audio` and return them; labels that all parts share are kept.

    Texts are joined by a space when every part has one; a piece loses its text (nobody knows which words are in it).

    Raises:
        ValueError: strings are wanted and no two clips may be strung together.
    """
    rng = random.Random(seed)
    (out_dir / "audio").mkdir(parents=True, exist_ok=True)
    made = [_crop(rng, clip, out_dir, i) for i, clip in enumerate(_draw_long(rng, clips, plan.num_crops))]
    groups = _groups(clips)
    if plan.num_strings and not groups:
        raise ValueError(
            f"no strings can be made of {len(clips)} clips: two at least must share language, speaker and source; give "
            "more clips, or num_strings 0"
        )
    return made + [_string(rng, groups, out_dir, i, plan) for i in range(plan.num_strings)]


def _draw_long(rng: random.Random, clips: Sequence[Clip], count: int) -> list[Clip]:
    if not count:
        return []
    long = [clip for clip in clips if clip_length_s(clip) > _LONG_S]
    if not long:
        log.warning("no piece was cut: none of %d clips is longer than %g s", len(clips), _LONG_S)
    return [rng.choice(long) for _ in range(count)] if long else []


def _groups(clips: Sequence[Clip]) -> list[list[Clip]]:
    """Clips by (language, speaker, source): what may be strung together and still sound like one recording."""
    groups: dict[tuple[object, ...], list[Clip]] = {}
    for clip in clips:
        groups.setdefault((clip.labels.get("language"), clip.labels.get("speaker"), clip.source), []).append(clip)
    return [group for group in groups.values() if len(group) >= 2]


def _crop(rng: random.Random, clip: Clip, out_dir: Path, index: int) -> Clip:
    audio = load_clip(clip)
    total_s = len(audio) / SAMPLE_RATE
    length_s = rng.uniform(_CROP_MIN_S, total_s)
    start = int(rng.uniform(0, total_s - length_s) * SAMPLE_RATE)
    labels = {k: v for k, v in clip.labels.items() if not k.startswith("text")}
    piece = audio[start : start + int(length_s * SAMPLE_RATE)]
    return _write(piece, clip, out_dir, f"crop{index:05d}", labels)


def _string(rng: random.Random, groups: Sequence[Sequence[Clip]], out_dir: Path, index: int, plan: ComposePlan) -> Clip:
    group = rng.choices(groups, weights=[len(g) ** 0.5 for g in groups])[0]
    target_s = rng.uniform(plan.min_s, plan.max_s)
    pieces: list[np.ndarray] = []
    parts: list[Clip] = []
    length_s = 0.0
    while length_s < target_s and len(parts) < 40:
        clip = rng.choice(group)
        audio = load_clip(clip)
        if parts and length_s + len(audio) / SAMPLE_RATE > plan.max_s:
            break
        pause = np.zeros(int(rng.uniform(_MIN_PAUSE_S, plan.max_pause_s) * SAMPLE_RATE), np.float32)
        pieces += [audio, pause]
        parts.append(clip)
        length_s += (len(audio) + len(pause)) / SAMPLE_RATE
    labels = {k: v for k, v in parts[0].labels.items() if all(p.labels.get(k) == v for p in parts) and k != "text"}
    if all("text" in p.labels for p in parts):
        labels["text"] = " ".join(str(p.labels["text"]) for p in parts)
    return _write(np.concatenate(pieces[:-1]), parts[0], out_dir, f"string{index:05d}", labels)


def _write(audio: np.ndarray, like: Clip, out_dir: Path, name: str, labels: dict[str, object]) -> Clip:
    path = out_dir / "audio" / f"{name}.flac"
    soundfile.write(path, np.clip(audio, -1, 1), SAMPLE_RATE, subtype="PCM_16")
    return Clip(
        id=name,
        audio=path,
        duration_s=len(audio) / SAMPLE_RATE,
        split=like.split,
        source=like.source,
        licence=like.licence,
        labels=labels,
    )
