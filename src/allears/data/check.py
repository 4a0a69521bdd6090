"""Look a corpus over before training on it: counts, and everything that is wrong with its rows and its audio.

In: paths of corpora of any known layout. Out: a `Report`. Nothing is ever repaired or left out. No torch.

Errors: bad-row, duplicate-id, missing-file, empty-audio, nan-audio, unreadable-audio, nan-label, audio-leak (the same
sound in two splits).
Warnings: silent-audio, clipped-audio, wrong-duration, same-audio (twice in one split), speaker-leak (a speaker in two
splits), single-value (a label that never differs teaches nothing), mixed-types, no-clips.
"""

from __future__ import annotations

import math
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from allears.data.findings import CorpusCounts, Finding, Level, Report
from allears.data.manifest import PATH_LABELS
from allears.data.open import AUTO, find_reader, open_rows
from allears.data.probe import AudioFacts, AudioFault, probe
from allears.data.read_ahead import read_ahead
from allears.data.readers import BadRow, GoodRow

__all__ = ["check"]

NO_SPLIT = "-"
SILENT_PEAK = 10 ** (-60 / 20)  # -60 dBFS: under the noise of any microphone that is on
CLIPPED_SHARE = 1e-3  # more samples than that at full scale are heard as distortion
DURATION_SLACK_S, DURATION_SLACK_SHARE = 0.1, 0.02  # encoders pad and round; more is another recording
_GROUP = 32  # clips that are read together

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Heard:
    """A good row and what its audio is like."""

    path: str
    row: GoodRow
    audio: AudioFacts | AudioFault

    @property
    def split(self) -> str:
        return self.row.clip.split or NO_SPLIT


def check(
    paths: Sequence[str | Path],
    *,
    reader: str = AUTO,
    is_quick: bool = False,
    num_threads: int | None = None,
    on_progress: Progress | None = None,
) -> Report:
    """Look corpora over, each by itself and all against each other.

    Args:
        paths: files or folders, see `allears.data.open`.
        reader: of all of them; `auto` looks at each.
        is_quick: do not listen: only rows, files and their heads; silence, clipping, NaN and same audio are not found.
        num_threads: that read; the number of processors if None.
        on_progress: called with (clips done, clips in all).

    Raises:
        ValueError: a path is no corpus that is known.
    """
    readers = {str(path): find_reader(path) if reader == AUTO else reader for path in paths}
    findings: list[Finding] = []
    rows: list[tuple[str, GoodRow]] = []
    for path, name in readers.items():
        for row in open_rows(path, reader=name):
            if isinstance(row, BadRow):
                findings.append(Finding(Level.ERROR, "bad-row", row.where, row.why))
            else:
                rows.append((path, row))
    heard = list(_listen(rows, is_quick, num_threads or os.cpu_count() or 1, on_progress))
    findings += _duplicate_ids(rows)
    findings += [finding for one in heard for finding in (*_audio_findings(one), *_value_findings(one.row))]
    findings += _same_audio(heard)
    findings += _speaker_leaks(heard)
    corpora = []
    for path, name in readers.items():
        mine = [one for one in heard if one.path == path]
        corpora.append(_count(path, name, mine))
        findings += _label_findings(path, mine)
    return Report(tuple(corpora), tuple(findings))


def _listen(
    rows: Sequence[tuple[str, GoodRow]], is_quick: bool, num_threads: int, on_progress: Progress | None
) -> Iterator[_Heard]:
    groups = [rows[start : start + _GROUP] for start in range(0, len(rows), _GROUP)]
    done = 0
    for group, facts in zip(
        groups, read_ahead(lambda row: probe(row[1].clip, is_quick=is_quick), groups, num_threads), strict=True
    ):
        yield from (_Heard(path, row, fact) for (path, row), fact in zip(group, facts, strict=True))
        done += len(group)
        if on_progress is not None:
            on_progress(done, len(rows))


def _duplicate_ids(rows: Iterable[tuple[str, GoodRow]]) -> Iterator[Finding]:
    first: dict[tuple[str, str], str] = {}
    for path, row in rows:
        seen = first.setdefault((path, row.clip.id), row.where)
        if seen != row.where:
            yield Finding(Level.ERROR, "duplicate-id", row.where, f"id {row.clip.id!r} is that of {seen}")


def _audio_findings(one: _Heard) -> Iterator[Finding]:
    where, audio, stated_s = one.row.where, one.audio, one.row.clip.duration_s
    if isinstance(audio, AudioFault):
        yield Finding(Level.ERROR, audio.kind, where, audio.why)
        return
    if audio.peak is not None and audio.peak < SILENT_PEAK:
        yield Finding(Level.WARNING, "silent-audio", where, f"{one.row.clip.audio}: nothing above -60 dBFS")
    if audio.clipped_share is not None and audio.clipped_share > CLIPPED_SHARE:
        text = f"{one.row.clip.audio}: {audio.clipped_share:.1%} of the samples are at full scale"
        yield Finding(Level.WARNING, "clipped-audio", where, text)
    if stated_s is not None and abs(audio.duration_s - stated_s) > DURATION_SLACK_S + DURATION_SLACK_SHARE * stated_s:
        text = f"duration_s is {stated_s:g}, the audio has {audio.duration_s:.2f} s"
        yield Finding(Level.WARNING, "wrong-duration", where, text)


def _value_findings(row: GoodRow) -> Iterator[Finding]:
    for field, value in row.clip.labels.items():
        if isinstance(value, float) and not math.isfinite(value):
            text = f"{field!r} is {value}: leave the key out where a label is not known"
            yield Finding(Level.ERROR, "nan-label", row.where, text)
        if field in PATH_LABELS and not Path(str(value)).is_file():
            yield Finding(Level.ERROR, "missing-file", row.where, f"no file {value} (label {field!r})")


def _same_audio(heard: Iterable[_Heard]) -> Iterator[Finding]:
    by_digest: defaultdict[str, list[_Heard]] = defaultdict(list)
    for one in heard:
        if isinstance(one.audio, AudioFacts) and one.audio.digest and (one.audio.peak or 0.0) > 0.0:
            by_digest[one.audio.digest].append(one)
    for same in by_digest.values():
        for one in same[1:]:
            if one.split != same[0].split:
                text = f"the same sound as {same[0].row.where}, in {one.split} and {same[0].split}"
                yield Finding(Level.ERROR, "audio-leak", one.row.where, text)
            elif one.row.clip.audio != same[0].row.clip.audio:
                yield Finding(Level.WARNING, "same-audio", one.row.where, f"the same sound as {same[0].row.where}")


def _speaker_leaks(heard: Iterable[_Heard]) -> Iterator[Finding]:
    """A speaker in two splits; names are compared within one source, or one path where no source is told."""
    splits: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in heard:
        speaker = one.row.clip.labels.get("speaker")
        if speaker is not None:
            splits[one.row.clip.source or one.path, str(speaker)].setdefault(one.split, one.row.where)
    for (source, speaker), places in splits.items():
        if len(places) > 1:
            text = f"speaker {speaker!r} of {source} is in {', '.join(sorted(places))}"
            yield Finding(Level.WARNING, "speaker-leak", list(places.values())[1], text)


def _label_findings(path: str, heard: Sequence[_Heard]) -> Iterator[Finding]:
    if not heard:
        yield Finding(Level.WARNING, "no-clips", path, "not one clip in it")
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    values: defaultdict[str, set[str]] = defaultdict(set)
    for one in heard:
        for field, value in one.row.clip.labels.items():
            types[field][type(value).__name__] += 1
            values[field].add(repr(value))
    for field, counts in types.items():
        if len(counts) > 1:
            told = ", ".join(f"{kind} {count:,} times" for kind, count in counts.most_common())
            yield Finding(Level.WARNING, "mixed-types", path, f"the values of {field!r} are {told}")
        if len(values[field]) == 1 and counts.total() > 1:
            text = f"{field!r} is {next(iter(values[field]))} in all {counts.total():,} clips that have it"
            yield Finding(Level.WARNING, "single-value", path, text)


def _count(path: str, reader: str, heard: Sequence[_Heard]) -> CorpusCounts:
    clips: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    values: defaultdict[str, set[str]] = defaultdict(set)
    for one in heard:
        clips[one.split] += 1
        known_s = one.audio.duration_s if isinstance(one.audio, AudioFacts) else one.row.clip.duration_s
        seconds[one.split] += known_s or 0.0  # type: ignore[assignment]  # a Counter adds floats too
        for field, value in one.row.clip.labels.items():
            labels[field][one.split] += 1
            values[field].add(repr(value))
    return CorpusCounts(
        path,
        reader,
        clips=dict(clips),
        hours={split: seconds[split] / 3600 for split in clips},
        labels={field: dict(counts) for field, counts in labels.items()},
        values={field: len(values[field]) for field in labels},
    )
