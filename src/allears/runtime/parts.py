"""The networks of a model, each loaded when it is first needed and never if it is not.

In: a model folder. Out: encoder layers of audio, outputs of heads, the text decoder. Safe to share among threads: after
loading nothing changes.

Letters: S samples, L layers, T frames, D width, C outputs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Protocol

import numpy as np

from allears.decode.answers import Segment
from allears.decode.spelled import Spelled
from allears.runtime.adapters import Adapters
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.runtime.onnx_file import ModelError, onnx_errors, open_onnx
from allears.runtime.overheard import OnPass, Pass
from allears.spec import TaskSpec

__all__ = ["TRANSCRIPT", "Expectation", "Parts", "Transcriber"]

TRANSCRIPT = "transcript"  # decode kind that is a whole decoder (`allears/decode/transcript.py`), not a function

_HEAD_THREADS = 1  # a head takes 3 to 7 ms for 5 s of audio on one; waking a second often costs more than it gives
_MIN_WORKERS = 2  # opening and hashing both let go of the interpreter's lock

NetworkRun = Callable[[Mapping[str, np.ndarray]], np.ndarray]
"""Input name -> array; those that the network does not take are left out."""


class Expectation(Protocol):
    """Words to expect: see `allears/biasing/biasing.py`."""

    def pick(self, text: str, language: str) -> Any: ...


class Transcriber(Protocol):
    """What a text decoder can do: see `allears/decode/transcript.py`."""

    def start(self, layers: np.ndarray) -> Any: ...

    def listen(
        self,
        window: Any,
        *,
        start_s: float,
        duration_s: float,
        language: str | None,
        speech_end_s: float | None,
        spelled: Spelled | None = None,
        bias: Expectation | None = None,
    ) -> _Heard: ...

    def score(self, started: Any, language: str, texts: Sequence[str]) -> list[float]: ...


class _Heard(Protocol):
    @property
    def segments(self) -> tuple[Segment, ...]: ...

    @property
    def language(self) -> str: ...


class Parts:
    """The networks of a model.

    Args:
        folder: of the model.
        num_threads: each network uses.
        adapters: worn; none if None.
    """

    def __init__(self, folder: ModelFolder, num_threads: int, adapters: Adapters | None = None) -> None:
        self._folder, self._num_threads = folder, num_threads
        self._adapters = adapters or Adapters()
        self._spec = self._adapters.spec(folder.spec)
        self._loaded: dict[str, Any] = {}
        self._lock, self._decoder_lock = Lock(), Lock()
        self._decoders: dict[tuple[Any, ...], Any] = {}  # by files: a translation often shares them
        self._by_language: dict[str, Parts] = {}
        self._on_pass: OnPass | None = None
        self.samples_per_frame = round(folder.spec.frame_shift_s * folder.spec.sample_rate)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that are loaded."""
        names: list[str] = []
        for part in sorted(self._loaded):
            names += self._files(part)
        return tuple(names)

    def load(self, tasks: Iterable[str]) -> None:
        """Load the encoder and the networks of those tasks as far as they are not; sums are checked at the same time.

        Raises:
            ModelError: a file is missing, damaged, or not what the model says it is.
        """
        wanted = dict.fromkeys([*(name for name in tasks if self._spec.task(name).file), ENCODER])
        if wanted.keys() <= self._loaded.keys():
            return
        with self._lock:
            missing = [name for name in wanted if name not in self._loaded]
            files = list(dict.fromkeys(file for name in missing for file in self._files(name)))
            files = [file for file in files if self._adapters.content(file) is None]
            with ThreadPoolExecutor(max_workers=max(_MIN_WORKERS, self._num_threads)) as pool:
                opened = [(name, pool.submit(self._open, name)) for name in missing]
                for check in [pool.submit(self._folder.check, file) for file in files]:
                    check.result()  # a wrong sum says more than whatever onnxruntime makes of the file
                self._loaded |= {name: part.result() for name, part in opened}

    def encode(self, audio: np.ndarray) -> np.ndarray:
        """Audio (S,) -> layers (L, 1, T, D), the encoder's silent tail included."""
        self.load(())
        run: NetworkRun = self._loaded[ENCODER]
        layers = run({"audio": _row(audio)})
        if self._on_pass is not None:
            self._on_pass(Pass(audio, layers, self.samples_per_frame, self.head))
        return layers

    def overheard(self, on_pass: OnPass) -> Parts:
        """The same networks, loaded once for both; `on_pass` is told of every pass of the encoder."""
        other = copy.copy(self)
        other._on_pass = on_pass
        return other

    def for_language(self, code: str) -> Parts:
        """The networks for text in a language: these, unless adapters are worn for it alone.

        What those leave as it is stays loaded once, if it was loaded before.
        """
        worn = self._adapters.by_language.get(code)
        if worn is None:
            return self
        with self._lock:
            if code not in self._by_language:
                self._by_language[code] = self._wearing(worn)
            return self._by_language[code]

    def hears_as(self, other: Parts) -> bool:
        """Whether the encoder is that of `other`."""
        return self._adapters.mark([ENCODER]) == other._adapters.mark([ENCODER])

    def _wearing(self, worn: Adapters) -> Parts:
        other = Parts(self._folder, self._num_threads, worn)
        same = [name for name in self._loaded if worn.mark(self._files(name)) == self._adapters.mark(self._files(name))]
        other._loaded = {name: self._loaded[name] for name in same}
        return other

    def head(self, name: str, layers: np.ndarray, audio: np.ndarray | None = None) -> np.ndarray:
        """What a head makes of layers (L, 1, T, D): (T, C) or (C,).

        Args:
            name: of its task.
            layers: of the encoder.
            audio: (S,) they were heard in, for a head that hears both (`decode` says `needs_audio`).

        Raises:
            ModelError: the head hears both, and the samples are not given.
        """
        self.load([name])
        run: NetworkRun = self._loaded[name]
        return np.asarray(run({"layers": layers} | ({} if audio is None else {"audio": _row(audio)}))[0])

    def transcriber(self, name: str) -> Transcriber:
        """The text decoder of a task."""
        self.load([name])
        decoder: Transcriber = self._loaded[name]
        return decoder

    def num_frames(self, num_samples: int) -> int:
        """Frames of a clip without the tail."""
        return -(-num_samples // self.samples_per_frame)

    def _files(self, name: str) -> tuple[str, ...]:
        return (ENCODER,) if name == ENCODER else self._folder.files_of(self._spec.task(name))

    def _open(self, name: str) -> Any:
        if name == ENCODER:
            return self._open_network(ENCODER, "audio", "layers")
        task = self._spec.task(name)
        if task.decode["kind"] == TRANSCRIPT:
            return self._open_transcriber(task)
        return self._open_network(task.file, "layers", "output")

    def _open_network(self, file: str, given: str, wanted: str) -> NetworkRun:
        threads = self._num_threads if file == ENCODER else _HEAD_THREADS
        worn = self._adapters
        session = open_onnx(self._folder.path / file, threads, change=worn.change, content=worn.content(file))
        inputs, outputs = [i.name for i in session.get_inputs()], [o.name for o in session.get_outputs()]
        if given not in inputs or wanted not in outputs:
            raise ModelError(
                f"{self._folder.path / file} takes {inputs} and gives {outputs}, but a network that takes {given!r} "
                f"and gives {wanted!r} is needed: export the model again"
            )

        def run(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
            if missing := [name for name in inputs if name not in arrays]:
                raise ModelError(
                    f"{self._folder.path / file} needs {missing} beside {sorted(arrays)}: give the samples to "
                    "`Parts.head`, or update allears if the model is newer"
                )
            return np.asarray(session.run([wanted], {name: arrays[name] for name in inputs})[0])

        return run

    def _open_transcriber(self, task: TaskSpec) -> Transcriber:
        from allears.decode.transcript import TranscriptDecoder

        with self._decoder_lock, onnx_errors(self._folder.path / task.file):
            networks = (task.file, task.decode.get("cross"))
            if networks in self._decoders:
                shared: Transcriber = self._decoders[networks].asked_for(task)
                return shared
            decoder = TranscriptDecoder(
                self._folder.path, task, self._spec, self._num_threads, change=self._adapters.change
            )
            self._decoders[networks] = decoder
            return decoder


def _row(audio: np.ndarray) -> np.ndarray:
    """(S,) -> (1, S) float32."""
    return audio[None, :].astype(np.float32, copy=False)
