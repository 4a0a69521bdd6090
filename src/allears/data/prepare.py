"""Write a corpus down as a manifest: a recipe reads its folder, every file's head is looked at.

In: a corpus's name, its folder, a folder for manifests. Out: `manifest.jsonl` with the clips, `sentences.jsonl` with
the sentences that have no audio, and counts. The same folder gives the same bytes. No torch (but see the recipe).
"""

from __future__ import annotations

import json
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import soundfile

from allears.data.manifest import PATH_LABELS, Clip, write_manifest
from allears.data.recipes import CORPORA, Corpus, Item, Sentence, Skipped

__all__ = ["Prepared", "prepare"]

log = logging.getLogger(__name__)

NO_SPLIT = "-"
_SHOWN = 3  # places told for each reason to skip
_SLACK_S = 0.1  # a segment may end that much after its file: transcribers round
_NOT_FOR_SOUNDFILE = (".m4a", ".mp4", ".aac", ".webm")  # read through the extra `av`; their length is found later
_EVERY = 500  # items after which progress is told


@dataclass(frozen=True)
class Prepared:
    """What was written.

    Attributes:
        corpus, title, licence, url: as the recipe says.
        files: manifest -> split (or `-`) -> rows.
        hours: split -> hours of the clips whose length is known.
        labels: field -> rows that carry it.
        skipped: reason -> how many.
        examples: reason -> the first few places.
    """

    corpus: str
    title: str
    licence: str
    url: str
    files: Mapping[str, Mapping[str, int]]
    hours: Mapping[str, float]
    labels: Mapping[str, int]
    skipped: Mapping[str, int]
    examples: Mapping[str, Sequence[str]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def prepare(
    name: str, folder: str | Path, out_dir: str | Path, *, on_progress: Callable[[int], None] | None = None
) -> Prepared:
    """Write the manifests of a corpus.

    Args:
        name: of a recipe, see `CORPORA`.
        folder: where the corpus was unpacked; never written to.
        out_dir: for the manifests; made if need be.
        on_progress: called with the number of items read so far.

    Raises:
        ValueError: no such corpus, a folder that is not laid out like it, or nothing usable in it.
    """
    corpus = CORPORA[name]()
    out_dir = Path(out_dir)
    clips, sentences, skipped = _sort(corpus, corpus.read(Path(folder)), on_progress)
    if not clips and not sentences:
        raise ValueError(
            f"nothing in {folder} can be used as {corpus.title} ({_told(skipped) or 'it is empty'}); it should hold "
            f"{corpus.layout}"
        )
    files: dict[str, dict[str, int]] = {}
    if clips:
        path = out_dir / "manifest.jsonl"
        write_manifest(clips, path)
        files[str(path)] = _by_split(clips)
    if sentences:
        path = out_dir / "sentences.jsonl"
        _write_sentences(sentences, path, corpus)
        files[str(path)] = _by_split(sentences)
    for reason, places in skipped.items():
        log.info("%s: skipped %d: %s", name, len(places), reason)
    all_labels = [*(clip.labels for clip in clips), *(sentence.labels for sentence in sentences)]
    return Prepared(
        name,
        corpus.title,
        corpus.licence,
        corpus.url,
        files=files,
        hours=_hours(clips),
        labels=dict(Counter(field for labels in all_labels for field in labels)),
        skipped={reason: len(places) for reason, places in skipped.items()},
        examples={reason: places[:_SHOWN] for reason, places in skipped.items()},
    )


def _sort(
    corpus: Corpus, items: Iterable[Item], on_progress: Callable[[int], None] | None
) -> tuple[list[Clip], list[Sentence], dict[str, list[str]]]:
    """Items by kind; clips with their length; a reason to skip -> places."""
    clips: dict[str, Clip] = {}
    sentences: dict[str, Sentence] = {}
    skipped: defaultdict[str, list[str]] = defaultdict(list)
    lengths = _Lengths()
    for count, found in enumerate(items, start=1):
        item = lengths.check(found) if isinstance(found, Clip) else found
        if not isinstance(item, Skipped) and item.id in (clips if isinstance(item, Clip) else sentences):
            item = Skipped("an id that was there before", item.id)
        if isinstance(item, Skipped):
            skipped[item.why].append(item.where)
        elif isinstance(item, Clip):
            clips[item.id] = _finished(item, corpus)
        else:
            sentences[item.id] = item
        if on_progress is not None and count % _EVERY == 0:
            on_progress(count)
    return list(clips.values()), list(sentences.values()), dict(skipped)


def _finished(clip: Clip, corpus: Corpus) -> Clip:
    """With source and licence; labels that are paths are relative, so that the manifest can be moved with the data."""
    labels = dict(clip.labels)
    labels |= {key: os.path.relpath(labels[key]) for key in PATH_LABELS if key in labels}
    return replace(clip, source=clip.source or corpus.title, licence=clip.licence or corpus.licence, labels=labels)


class _Lengths:
    """Looks into the heads of audio files; segments of one file come one after another, so that one head is kept."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._found: float | str | None = None

    def check(self, clip: Clip) -> Clip | Skipped:
        if clip.audio != self._path:
            self._path, self._found = clip.audio, _length_s(clip.audio)
        if isinstance(self._found, str):
            return Skipped(self._found, str(clip.audio))
        if self._found is None:
            return clip
        left_s = self._found - clip.start_s
        if left_s <= 0 or (clip.duration_s is not None and clip.duration_s > left_s + _SLACK_S):
            return Skipped("a segment that ends after its file", f"{clip.id} of {clip.audio}")
        return replace(clip, duration_s=round(left_s if clip.duration_s is None else min(clip.duration_s, left_s), 4))


def _length_s(path: Path) -> float | str | None:
    """Seconds of a file, None if only the extra `av` could tell, or why it is of no use."""
    if not path.is_file():
        return "no such audio file"
    if path.stat().st_size == 0:
        return "an audio file of 0 bytes"
    if path.suffix.lower() in _NOT_FOR_SOUNDFILE:
        return None
    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError:
        return "an audio file that cannot be read"
    return info.frames / info.samplerate if info.frames else "an audio file without samples"


def _write_sentences(sentences: Sequence[Sentence], path: Path, corpus: Corpus) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with open(partial, "w", encoding="utf-8") as file:
        for one in sentences:
            split = {"split": one.split} if one.split else {}
            row = {"id": one.id, "text": one.text} | split | {"source": corpus.title, "licence": corpus.licence}
            file.write(json.dumps(row | dict(one.labels), ensure_ascii=False) + "\n")
    os.replace(partial, path)


def _by_split(rows: Sequence[Clip] | Sequence[Sentence]) -> dict[str, int]:
    return dict(sorted(Counter(row.split or NO_SPLIT for row in rows).items()))


def _hours(clips: Sequence[Clip]) -> dict[str, float]:
    hours: defaultdict[str, float] = defaultdict(float)
    for clip in clips:
        hours[clip.split or NO_SPLIT] += (clip.duration_s or 0.0) / 3600
    return dict(sorted(hours.items()))


def _told(skipped: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{len(places)} times {reason}, as {places[0]}" for reason, places in skipped.items())
