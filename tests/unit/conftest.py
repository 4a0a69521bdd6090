"""A tiny model that hears tones, so that the runtime is tested without weights.

Its encoder gives two numbers a frame of 20 ms: the mean level and the mean step from sample to sample. A tone is
"speech", its frequency is the "speaker" and the "language" (low: de, high: en), and the fake text decoder writes one
word a tone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from allears.decode.answers import Segment, Word
from allears.decode.segments import runs
from allears.spec import METADATA_KEY, ModelSpec, Resolution, TaskSpec
from tests.unit.tiny import (  # noqa: F401  fixtures for every test below
    clips,
    exported_once,
    hf_whisper,
    int8_folder,
    plain_folder,
    tiny_model,
    tiny_whisper,
)

RATE = 16_000
FRAME = 320  # samples, 20 ms
LEVEL = 0.02  # mean level between silence and a tone

SPEC = ModelSpec(
    name="fake",
    version="1",
    sample_rate=RATE,
    frame_shift_s=FRAME / RATE,
    tail_s=1.0,
    max_window_s=10.0,
    num_layers=2,
    dim=2,
    tasks=(
        TaskSpec(
            "transcribe",
            Resolution.TEXT,
            {"kind": "transcript", "cross": "cross.onnx", "vocabulary": "vocabulary.txt"},
            file="decoder.onnx",
        ),
        TaskSpec("speech", Resolution.FRAME, {"kind": "segments"}, ("speech",), "speech.onnx"),
        TaskSpec("language", Resolution.CLIP, {"kind": "top_one", "fusion": 0.5}, ("de", "en"), "language.onnx"),
        TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding", "threshold": 0.99}, (), "speaker.onnx"),
    ),
)


def tone(seconds: float, hz: float = 440.0, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


def save_graph(
    path: Path, nodes: list[Any], inputs: Any, outputs: Any, constants: dict[str, Any], opset: int = 17
) -> None:
    graph = helper.make_graph(
        nodes,
        "fake",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    if path.name == "encoder.onnx":
        helper.set_model_props(model, {METADATA_KEY: SPEC.to_json()})
    onnx.save(model, path)


def _encoder(path: Path) -> None:
    node = helper.make_node
    nodes = [
        node("Pad", ["audio", "before"], ["shifted"]),  # (1, S + 1)
        node("Pad", ["audio", "after"], ["same"]),
        node("Sub", ["same", "shifted"], ["step"]),
        node("Concat", ["same", "step"], ["pair"], axis=0),  # (2, S + 1)
        node("Abs", ["pair"], ["level"]),
        node("Pad", ["level", "tail"], ["long"]),
        node("Unsqueeze", ["long", "one"], ["channel"]),
        node("AveragePool", ["channel"], ["frames"], kernel_shape=[FRAME], strides=[FRAME]),  # (2, 1, T)
        node("Transpose", ["frames"], ["wide"], perm=[1, 2, 0]),  # (1, T, 2)
        node("Unsqueeze", ["wide", "zero"], ["layer"]),
        node("Concat", ["layer", "layer"], ["layers"], axis=0),
    ]
    tail = round(SPEC.tail_s * RATE) + FRAME - 2  # one sample is there already
    constants = {
        "before": np.array([0, 1, 0, 0]),
        "after": np.array([0, 0, 0, 1]),
        "tail": np.array([0, 0, 0, tail]),
        "one": np.array([1]),
        "zero": np.array([0]),
    }
    save_graph(path, nodes, {"audio": [1, "S"]}, {"layers": [2, 1, "T", 2]}, constants)


def _head(path: Path, weight: Sequence[Sequence[float]], bias: Sequence[float], *, is_clip: bool) -> None:
    node = helper.make_node
    nodes = [
        node("Gather", ["layers", "last"], ["layer"], axis=0),  # (1, T, 2)
        *([node("ReduceMean", ["layer"], ["read"], axes=[1], keepdims=0)] if is_clip else []),
        node("MatMul", ["read" if is_clip else "layer", "weight"], ["product"]),
        node("Add", ["product", "bias"], ["output"]),
    ]
    constants = {"last": np.array(1), "weight": np.float32(weight), "bias": np.float32(bias)}
    shape = [1, len(bias)] if is_clip else [1, "T", len(bias)]
    save_graph(path, nodes, {"layers": [2, 1, "T", 2]}, {"output": shape}, constants)


def write_sums(folder: Path) -> None:
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in sorted(folder.glob("*.*"))]
    (folder / "SHA256SUMS").write_text("".join(lines))


def build_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    _encoder(folder / "encoder.onnx")
    _head(folder / "speech.onnx", [[500.0], [0.0]], [-500.0 * LEVEL], is_clip=False)
    # 440 Hz steps 0.17 of its level a sample, 2 kHz 0.77: the line between de and en lies at 0.5
    _head(folder / "language.onnx", [[0.0, -100.0], [0.0, 200.0]], [0.0, 0.0], is_clip=True)
    _head(folder / "speaker.onnx", [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0], is_clip=True)
    for name in ("decoder.onnx", "cross.onnx"):
        (folder / name).write_bytes((folder / "speaker.onnx").read_bytes())
    (folder / "vocabulary.txt").write_text("QQ==\n")
    write_sums(folder)
    return folder


@dataclass(frozen=True)
class _Heard:
    segments: tuple[Segment, ...]
    language: str
    language_probabilities: dict[str, float]


@dataclass(frozen=True)
class _Started:
    layers: np.ndarray
    language_probabilities: dict[str, float]


class FakeDecoder:
    """Writes a word a tone: `low` below 1 kHz, else `high`."""

    def __init__(
        self, folder: Path, task: TaskSpec, model: ModelSpec, num_threads: int, *, change: object = None
    ) -> None:
        self.num_started = self.num_listened = 0

    def start(self, layers: np.ndarray) -> _Started:
        self.num_started += 1
        return _Started(layers, {"en": 0.3, "de": 0.3, "la": 0.4})

    def listen(
        self,
        window: _Started,
        *,
        start_s: float = 0.0,
        duration_s: float,
        language: str | None = None,
        languages: Sequence[str] | None = None,
        speech_end_s: float | None = None,
    ) -> _Heard:
        self.num_listened += 1
        frames = window.layers[-1, 0]
        segments = []
        for begin, end in runs(frames[:, 0] > LEVEL):
            level, step = frames[begin:end].mean(axis=0)
            times = start_s + begin * FRAME / RATE, start_s + min(end * FRAME / RATE, duration_s)
            text = "high" if step > 0.5 * level else "low"
            segments.append(Segment(*times, text, (Word(text, *times, 1.0),)))
        return _Heard(tuple(segments), language or "la", window.language_probabilities)


@pytest.fixture(scope="session")
def fake_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder nobody may write to."""
    return build_model(tmp_path_factory.mktemp("models") / "fake")


@pytest.fixture
def own_model(tmp_path: Path) -> Path:
    """A model folder of the test's own, to spoil."""
    return build_model(tmp_path / "fake")


@pytest.fixture
def new_sums() -> Callable[[Path], None]:
    """Writes the sums of a model folder anew."""
    return write_sums


@pytest.fixture
def graph_of_opset() -> Callable[[Path, int], None]:
    """Writes an encoder that says it is of some opset."""

    def write(path: Path, opset: int) -> None:
        node = helper.make_node("Abs", ["audio"], ["layers"])
        save_graph(path, [node], {"audio": [1, "S"]}, {"layers": [1, "S"]}, {}, opset)

    return write


@pytest.fixture
def fake_decoder(monkeypatch: pytest.MonkeyPatch) -> type[FakeDecoder]:
    """`FakeDecoder` in place of the real text decoder."""
    import allears.decode.transcript

    monkeypatch.setattr(allears.decode.transcript, "TranscriptDecoder", FakeDecoder)
    return FakeDecoder


@pytest.fixture
def sounds() -> Callable[..., np.ndarray]:
    """`sounds("low", 1.0, "high", 0.5)`: names are half a second of tone, numbers are seconds of silence."""
    hz = {"low": 440.0, "high": 2000.0}

    def make(*parts: str | float) -> np.ndarray:
        return np.concatenate([tone(0.5, hz[p]) if isinstance(p, str) else silence(p) for p in parts])

    return make
