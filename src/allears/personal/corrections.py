"""What a user said where the model wrote something else: the clip, both texts, whose voice it was.

In: a clip and what was really said. Out: a FLAC file and a small JSON a clip in one folder, readable by the user alone.
A clip is known by its samples, so that correcting it again replaces the correction and counts once.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile

from allears.audio import SAMPLE_RATE
from allears.texts import plain_words
from allears.user_data import private_file, user_folder

__all__ = ["Correction", "CorrectionStore"]

log = logging.getLogger(__name__)

_FULL_SCALE = 32_767  # of 16 bits


@dataclass(frozen=True)
class Correction:
    """A clip that was corrected.

    Attributes:
        id: of the clip, from its samples.
        text: what was said.
        heard: what the model wrote by itself.
        language: it was written as, a Whisper code; empty if unknown.
        voice: id of the enrolled voice that said it; empty if unknown.
        duration_s: of the clip.
        at: when it was corrected, ISO 8601.
    """

    id: str
    text: str
    heard: str
    language: str = ""
    voice: str = ""
    duration_s: float = 0.0
    at: str = ""


class CorrectionStore:
    """The corrections of a folder.

    Args:
        folder: that holds them; the user's own if None. One that is not there has none.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = user_folder("corrections") if folder is None else Path(folder)

    def load(self) -> tuple[Correction, ...]:
        """All of them, the oldest first."""
        read = [one for file in sorted(self.folder.glob("*.json")) if (one := _read(file)) is not None]
        return tuple(sorted(read, key=lambda one: one.at))

    def add(self, audio: np.ndarray, text: str, heard: str, *, language: str = "", voice: str = "") -> Correction:
        """Keep a correction; an earlier one of the same clip is replaced.

        Args:
            audio: (S,) float32 at 16 kHz.
            text: what was said.
            heard: what the model wrote.
            language: code of the text.
            voice: id of the voice.

        Raises:
            ValueError: a text without words.
            OSError: the folder cannot be written.
        """
        if not plain_words(text):
            raise ValueError(f"a correction needs what was said, got {text!r}: write the words of the clip")
        pcm = np.round(np.clip(audio, -1.0, 1.0) * _FULL_SCALE).astype(np.int16)
        kept = Correction(
            id=hashlib.sha256(pcm.tobytes()).hexdigest()[:32],
            text=" ".join(text.split()),
            heard=heard,
            language=language,
            voice=voice,
            duration_s=round(len(pcm) / SAMPLE_RATE, 3),
            at=datetime.now(UTC).isoformat(timespec="microseconds"),
        )
        sound = BytesIO()
        soundfile.write(sound, pcm, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
        with private_file(self.audio_of(kept)) as file:
            file.write(sound.getvalue())
        with private_file(self.folder / f"{kept.id}.json") as file:
            file.write(json.dumps(asdict(kept), ensure_ascii=False).encode())
        return kept

    def audio_of(self, correction: Correction) -> Path:
        """Its clip."""
        return self.folder / f"{correction.id}.flac"

    def remove(self, correction: Correction) -> None:
        """Delete text and clip."""
        (self.folder / f"{correction.id}.json").unlink(missing_ok=True)
        self.audio_of(correction).unlink(missing_ok=True)

    def forget_voice(self, voice: str) -> int:
        """Delete all that one voice said. Returns how many there were."""
        own = [one for one in self.load() if voice and one.voice == voice]
        for one in own:
            self.remove(one)
        return len(own)


def _read(path: Path) -> Correction | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        texts = {name: str(data[name]) for name in ("id", "text", "heard", "language", "voice", "at")}
        return Correction(**texts, duration_s=float(data["duration_s"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is not a correction and is not used (%r): delete it", path, error)
        return None
