"""MuST-C: talks in English with translations, one language a folder.

Own reader: lhotse's gives the translation without what was said, and parses a slow YAML file for every line.
tst-COMMON and tst-HE are test. Several languages beside each other are joined: one clip, many `translations`.
Di Gangi et al. 2019.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item
from allears.data.recipes._folders import wrong_folder

__all__ = ["must_c"]

_PARTS = {"train": "train", "dev": "dev", "tst-COMMON": "test", "tst-HE": "test"}
_FIELD = re.compile(r"(\w+): ([^,}]+)")  # `- {duration: 3.5, offset: 16.08, rW: 9, uW: 0, speaker_id: spk.767, ...}`


def _read(folder: Path) -> Iterator[Item]:
    pairs = [folder] if (folder / "data").is_dir() and folder.name.startswith("en-") else sorted(folder.glob("en-*"))
    pairs = [pair for pair in pairs if (pair / "data").is_dir()]
    if not pairs:
        raise (
            wrong_folder(folder, ("en-de/data/train/txt/train.yaml",))
            if folder.is_dir()
            else ValueError(f"no folder {folder}: give the folder into which the corpus was unpacked")
        )
    clips: dict[str, Clip] = {}
    for pair in pairs:
        for part, split in _PARTS.items():
            for clip in _clips(pair, part, split):
                first = clips.setdefault(clip.id, clip)
                if first is not clip:
                    both = {**first.labels["translations"], **clip.labels["translations"]}
                    clips[clip.id] = replace(first, labels={**first.labels, "translations": both})
    yield from clips.values()


def _clips(pair: Path, part: str, split: str) -> Iterator[Clip]:
    """Clips of one part.

    Raises:
        ValueError: the three files do not have as many lines as each other.
    """
    target = pair.name.removeprefix("en-")
    folder = pair / "data" / part
    if not (folder / "txt" / f"{part}.yaml").is_file():
        return
    segments, texts, translations = (
        (folder / "txt" / f"{part}.{end}").read_text(encoding="utf-8").rstrip("\n").split("\n")
        for end in ("yaml", "en", target)
    )
    if not len(segments) == len(texts) == len(translations):
        raise ValueError(
            f"{folder / 'txt'}: lines are matched one to one, but .yaml has {len(segments)}, .en {len(texts)}, "
            f".{target} {len(translations)}: is the copy whole?"
        )
    for line, text, translation in zip(segments, texts, translations, strict=True):
        facts = dict(_FIELD.findall(line))
        start_s = float(facts["offset"])
        labels = {"text": text, "language": "en", "speaker": facts["speaker_id"], "translations": {target: translation}}
        yield Clip(
            f"{part}-{Path(facts['wav']).stem}-{round(start_s * 100):07d}",
            folder / "wav" / facts["wav"].strip(),
            start_s=start_s,
            duration_s=float(facts["duration"]),
            split=split,
            labels=labels,
        )


@CORPORA.register
def must_c() -> Corpus:
    """MuST-C: translated talks, English into other languages."""
    return Corpus(
        title="MuST-C",
        licence="CC-BY-NC-ND-4.0",
        url="https://mt.fbk.eu/must-c/",
        layout="en-de/data/train/txt/train.yaml, train.en, train.de; en-de/data/train/wav/; dev, tst-*",
        labels=("text", "language", "speaker", "translations"),
        split="official",
        read=_read,
    )
