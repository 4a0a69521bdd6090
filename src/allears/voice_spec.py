"""What a speaking model can do, written into its file: the one thing that training and speaking share.

In: JSON from the metadata of `acoustic.onnx`. Out: frozen values. Neither side needs the other's code.

A model folder holds `acoustic.onnx` (phones to frames), `vocoder.onnx` (frames to a spectrum), `pronounce.onnx`
(letters to phones), `lexicon-DIALECT.txt.xz`, `SHA256SUMS`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from allears.versioned import read_versioned

__all__ = ["SILENCE", "VOICE_FORMAT", "VOICE_METADATA_KEY", "SpeakingVoice", "VoiceSpec", "read_voice_spec"]

VOICE_METADATA_KEY = "allears_voice"  # key of the JSON in the metadata of acoustic.onnx
VOICE_FORMAT = 1  # raised when a file written today could not be read by yesterday's runtime
SILENCE = 0  # phone id of silence, and of padding: what a sentence begins and ends with


@dataclass(frozen=True)
class SpeakingVoice:
    """One voice; its place in `VoiceSpec.voices` is its id.

    Attributes:
        name: `heart`, ...
        dialect: of `VoiceSpec.dialects`, the one it speaks unless told otherwise.
        gender: `female`, `male`; empty if not known.
    """

    name: str
    dialect: str
    gender: str = ""


@dataclass(frozen=True)
class VoiceSpec:
    """A speaking model.

    Attributes:
        name: of the model.
        sample_rate: of what it says, Hz.
        hop_samples: from one frame to the next.
        fft_samples: the window of a frame, and the size of its Fourier transform; BINS = fft_samples // 2 + 1.
        num_mels: bands of a frame.
        alphabet: phones by id, one character each; id 0 is silence and written as an empty string.
        letters: letters by id that `pronounce.onnx` reads; id 0 is padding and written as an empty string.
        dialects: by id.
        voices: by id.
        licences: of weights and of what they were trained on, for people.
        version: of the weights.
    """

    name: str
    sample_rate: int
    hop_samples: int
    fft_samples: int
    num_mels: int
    alphabet: tuple[str, ...]
    letters: tuple[str, ...]
    dialects: tuple[str, ...]
    voices: tuple[SpeakingVoice, ...]
    licences: tuple[str, ...] = ()
    version: str = "0"

    def __post_init__(self) -> None:
        for name, values in (("alphabet", self.alphabet), ("letters", self.letters), ("dialects", self.dialects)):
            if len(set(values)) < len(values):
                raise ValueError(f"{name} names something twice: {values}; ids would not be known from names")
        strangers = sorted({voice.dialect for voice in self.voices} - set(self.dialects))
        if strangers:
            raise ValueError(f"voices speak {', '.join(strangers)}, the model has {', '.join(self.dialects)}: add them")

    @property
    def frame_shift_s(self) -> float:
        """Seconds from one frame to the next."""
        return self.hop_samples / self.sample_rate

    def phone_ids(self, phones: Iterable[str]) -> list[int]:
        """Ids of phones, silence before and after them; what the alphabet does not have is left out.

        Whoever wants to know what is left out compares with `alphabet`.
        """
        of = {phone: number for number, phone in enumerate(self.alphabet) if phone}
        return [SILENCE, *(of[phone] for phone in phones if phone in of), SILENCE]

    def to_json(self) -> str:
        return json.dumps({"format": VOICE_FORMAT, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> VoiceSpec:
        """Read what `to_json` wrote.

        Raises:
            ValueError: written by a newer allears, or not a speaking model's spec.
        """
        data = read_versioned(text, "the spec of a speaking model", VOICE_FORMAT, key="format")
        try:
            return cls(**_frozen(data))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not the spec of a speaking model: {error!r}; export the model again") from error


def read_voice_spec(path: str | Path) -> VoiceSpec:
    """The spec in a JSON file.

    Raises:
        ValueError: it cannot be read as one.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"no spec of voices at {path} ({error}): see recipes/voice/README.md") from error
    return VoiceSpec.from_json(text)


def _frozen(data: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's lists as tuples, its voices as voices."""
    frozen = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return frozen | {"voices": tuple(SpeakingVoice(**voice) for voice in data["voices"])}
