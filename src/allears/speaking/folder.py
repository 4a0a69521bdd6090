"""A speaking model on disk: its spec, its networks and dictionaries, each checked against its sum when it is used.

In: a folder. Out: `VoiceSpec`, onnxruntime sessions, dictionaries.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

import onnxruntime

from allears.runtime.checksums import check_sum, read_sums
from allears.runtime.onnx_file import ModelError, open_onnx, read_spec
from allears.speaking.lexicon import Lexicon
from allears.voice_spec import VOICE_METADATA_KEY, VoiceSpec

__all__ = ["ACOUSTIC", "DEFAULT_VOICE", "PRONOUNCE", "VARIABLE", "VOCODER", "VoiceFolder", "find_voice"]

ACOUSTIC, VOCODER, PRONOUNCE = "acoustic.onnx", "vocoder.onnx", "pronounce.onnx"
VARIABLE = "ALLEARS_VOICE_MODEL"  # of the environment: a voice folder to use when none is named
DEFAULT_VOICE = Path(__file__).resolve().parent.parent / "models" / "allears-voice"


def find_voice(path: str | Path | None = None) -> Path | None:
    """The folder that is meant: the one given, that of `$ALLEARS_VOICE_MODEL`, or what comes with allears, if any."""
    named = path or os.environ.get(VARIABLE)
    if named:
        return Path(named)
    return DEFAULT_VOICE if (DEFAULT_VOICE / ACOUSTIC).is_file() else None


class VoiceFolder:
    """See the module.

    Args:
        path: the folder; None for the one that is found (`find_voice`).
        num_threads: each network may use.

    Attributes:
        path: the folder.
        spec: what the model can do.

    Raises:
        ModelError: there is none, or it is no speaking model.
    """

    def __init__(self, path: str | Path | None = None, num_threads: int = 1) -> None:
        found = find_voice(path)
        if found is None:
            raise ModelError(
                "no voice comes with this allears: give the folder of one with --model FOLDER (Python: Voice(FOLDER)) "
                f"or in the environment variable {VARIABLE}; docs/voice-training.md tells how one is made"
            )
        if not found.is_dir():
            raise ModelError(
                f"there is no voice folder {found}: give the folder that holds {ACOUSTIC} (--model, or the environment "
                f"variable {VARIABLE})"
            )
        self.path, self._num_threads = found, num_threads
        self.spec = read_spec(
            self.path / ACOUSTIC, VOICE_METADATA_KEY, VoiceSpec.from_json, "not a speaking model",
            "give the folder of a voice; the model that hears is another one",
        )  # fmt: skip

    def open(self, name: str) -> onnxruntime.InferenceSession:
        """A network that is what was exported.

        Raises:
            ModelError: it is missing or damaged.
        """
        return open_onnx(self._checked(name), self._num_threads)

    def lexicon(self, dialect: str) -> Lexicon:
        """The dictionary of a dialect.

        Raises:
            ModelError: it is missing or damaged.
        """
        return Lexicon(self._checked(f"lexicon-{dialect}.txt.xz"), dialect)

    def _checked(self, name: str) -> Path:
        path = self.path / name
        if not path.is_file():
            raise ModelError(f"{path} is missing: the voice is incomplete, fetch or export it again")
        check_sum(path, self._sums, "fetch or export the voice again")
        return path

    @cached_property
    def _sums(self) -> dict[str, str]:
        return read_sums(self.path)
