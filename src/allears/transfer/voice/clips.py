"""The clips of one voice, from a manifest, a folder of any known layout, or LJSpeech and VCTK as they are unpacked.

In: a path, and which voice of it. Out: clips to learn from and clips that are held out.

Held out are the clips of split dev or test, if the voice has some in train, too; else every tenth, one at least.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

from allears.data.manifest import Clip
from allears.data.open import open_clips
from allears.data.recipes import CORPORA

__all__ = ["VoiceClips", "clip_s", "voice_clips"]

log = logging.getLogger(__name__)

_CORPORA = {"ljspeech": ("metadata.csv", "wavs"), "vctk": ("wav48*", "txt")}  # name of a recipe -> what its folder has
_HELD_OUT = 10  # one in so many
_SHORTEST_S, _LONGEST_S = 0.5, 20.0
_LEAST = 2  # clips: one to learn from, one to measure on


@dataclass(frozen=True)
class VoiceClips:
    """Of one voice.

    Attributes:
        train: to learn from.
        held_out: to measure on.
    """

    train: tuple[Clip, ...]
    held_out: tuple[Clip, ...]

    @property
    def minutes(self) -> float:
        """Of `train`."""
        return sum(clip_s(clip) for clip in self.train) / 60


def voice_clips(source: str | Path, *, speaker: str | None = None, minutes: float | None = None) -> VoiceClips:
    """The clips of a voice that have a text or phones.

    Args:
        source: manifest, folder, or table that `allears data` reads.
        speaker: whose, where the source has several.
        minutes: of them, the first ones; all if None.

    Raises:
        ValueError: nobody with a text, several speakers and none chosen, or too few clips.
    """
    every = list(_open(Path(source)))
    said = [clip for clip in every if str(clip.labels.get("text", clip.labels.get("phones", ""))).strip()]
    own = _of_speaker(said, speaker, source)
    fit = [clip for clip in own if _SHORTEST_S <= clip_s(clip) <= _LONGEST_S]
    if len(fit) < len(own) or len(said) < len(every):
        log.warning("%d of %d clips have no text, %d of the voice's are not %g to %g s long: left out",
                    len(every) - len(said), len(every), len(own) - len(fit), _SHORTEST_S, _LONGEST_S)  # fmt: skip
    if len(fit) < _LEAST:
        raise ValueError(f"{source} has {len(fit)} clips to learn a voice from: give {_LEAST} or more, with their text")
    train, held_out = _parted(fit)
    return VoiceClips(tuple(_first_minutes(train, minutes)), tuple(held_out))


def clip_s(clip: Clip) -> float:
    """Seconds of a clip; the file's head says where the manifest does not."""
    if clip.duration_s is not None:
        return clip.duration_s
    return float(soundfile.info(str(clip.audio)).duration) - clip.start_s


def _open(source: Path) -> Iterator[Clip]:
    for name, parts in _CORPORA.items():
        if source.is_dir() and all(any(source.glob(part)) for part in parts):
            items = list(CORPORA[name]().read(source))
            clips = [item for item in items if isinstance(item, Clip)]
            log.info("%s is laid out like %s: %d clips, %d left out", source, name, len(clips), len(items) - len(clips))
            return iter(clips)
    return open_clips(source)


def _of_speaker(clips: Sequence[Clip], speaker: str | None, source: str | Path) -> list[Clip]:
    counts = Counter(str(clip.labels.get("speaker", "")) for clip in clips)
    if speaker is None and len(counts) > 1:
        names = ", ".join(f"{name or '(no name)'} {count}" for name, count in counts.most_common(10))
        raise ValueError(f"{source} has {len(counts)} speakers ({names}): choose one with --speaker")
    if speaker is not None and speaker not in counts:
        raise ValueError(
            f"{source} has no clips with a text of speaker {speaker!r}: it has {', '.join(sorted(counts)) or 'none'}"
        )
    return [clip for clip in clips if speaker is None or str(clip.labels.get("speaker", "")) == speaker]


def _parted(clips: Sequence[Clip]) -> tuple[list[Clip], list[Clip]]:
    held_out = [clip for clip in clips if clip.split in ("dev", "test")]
    train = [clip for clip in clips if clip.split not in ("dev", "test")]
    if held_out and train:
        return train, held_out
    every = max(2, min(_HELD_OUT, len(clips)))
    numbered = list(enumerate(clips, 1))
    return [c for n, c in numbered if n % every], [c for n, c in numbered if n % every == 0]


def _first_minutes(clips: Iterable[Clip], minutes: float | None) -> Iterator[Clip]:
    """One at least."""
    said_s = 0.0
    for clip in clips:
        if minutes is not None and said_s and said_s + clip_s(clip) > 60 * minutes:
            return
        said_s += clip_s(clip)
        yield clip
