"""AMI: meetings of four people, with words and with who speaks when.

From the words (ami_public_manual_1.6.2, parsed by lhotse) come clips of one speaker's segment: of the speaker's own
headset if that was downloaded, else of the mix, else of the first table microphone. lhotse's whole recipe is not used:
it stops where a split has no audio, and most people have a part of AMI. From RTTM files (anywhere in the folder, named
MEETING.rttm) come clips of whole meetings with the label `rttm`. Either is enough. Carletta et al. 2005.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, wrong_folder
from allears.data.recipes._lhotse import run_lhotse
from allears.data.recipes._splits import SPLITS

__all__ = ["ami"]

_LHOTSE = "lhotse.recipes.ami"
_WHOLE = ("Mix-Headset", "Array1-01")  # where all speakers are heard, the better first
_GENDERS = {"F": "female", "M": "male"}
_ANNOTATIONS = "ami_public_manual_1.6.2"


def _read(folder: Path) -> Iterator[Item]:
    has_words = (folder / _ANNOTATIONS).is_dir()
    turns = sorted(folder.rglob("*.rttm")) if folder.is_dir() else []
    if not has_words and not turns:
        raise (
            wrong_folder(folder, (_ANNOTATIONS, "**/MEETING.rttm"))
            if folder.is_dir()
            else ValueError(f"no folder {folder}: give the folder that holds {_ANNOTATIONS} and the meetings' audio")
        )
    for path in turns:
        yield _meeting(folder, path)
    if has_words:
        yield from _segments(folder)


def _meeting(folder: Path, turns: Path) -> Item:
    for mic in _WHOLE:
        for audio in audio_files(folder, f"**/{turns.stem}.{mic}.wav"):
            lines = [line.split() for line in turns.read_text(encoding="utf-8").splitlines()]
            speakers = {cells[7] for cells in lines if len(cells) > 7 and cells[0] == "SPEAKER"}
            labels = {"language": "en", "rttm": str(turns), "num_speakers": len(speakers)}
            return Clip(turns.stem, audio, split=SPLITS.get(turns.parent.name), labels=labels)
    return Skipped(f"an RTTM file without {' or '.join(_WHOLE)} of its meeting", str(turns))


def _segments(folder: Path) -> Iterator[Item]:
    spoken, warnings = run_lhotse(_LHOTSE, "parse_ami_annotations", folder / _ANNOTATIONS, normalize="none")
    parts: dict[str, list[str]] = importlib.import_module(_LHOTSE).PARTITIONS["full-corpus-asr"]
    splits = {meeting: split for split, meetings in parts.items() for meeting in meetings}
    files = {path.name: path for path in audio_files(folder, "**/*.wav")}
    for meeting, speaker, channel in sorted(spoken):
        names = [f"{meeting}.{mic}.wav" for mic in (f"Headset-{channel}", *_WHOLE)]
        audio = next((files[name] for name in names if name in files), None)
        if audio is None:
            yield Skipped("a speaker's words without audio of the meeting", f"{meeting} {speaker}")
            continue
        for number, segment in enumerate(spoken[meeting, speaker, channel]):
            clip_id = f"{meeting}-{channel}-{number}"
            labels = known(text=segment.text, language="en", speaker=speaker, gender=_GENDERS.get(segment.gender))
            start_s, duration_s = round(segment.start_time, 4), round(segment.end_time - segment.start_time, 4)
            if duration_s <= 0:
                yield Skipped("a segment without length", clip_id)
            else:
                yield Clip(clip_id, audio, start_s, duration_s, split=splits.get(meeting), labels=labels)
    yield from (Skipped("told by lhotse", text) for text in sorted(warnings))


@CORPORA.register
def ami() -> Corpus:
    """AMI: meetings, English."""
    return Corpus(
        title="AMI Meeting Corpus",
        licence="CC-BY-4.0",
        url="https://groups.inf.ed.ac.uk/ami/download/",
        layout=f"MEETING/audio/MEETING.Headset-0.wav (or Mix-Headset, Array1-01), {_ANNOTATIONS}/ or **/MEETING.rttm",
        labels=("text", "language", "speaker", "gender", "rttm", "num_speakers"),
        split="official: full-corpus-asr; of RTTM files by their folder",
        read=_read,
    )
