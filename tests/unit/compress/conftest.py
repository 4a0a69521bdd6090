"""A small model folder of floats made of plain ONNX graphs, so that methods on files are tested without an export.

Its encoder has two layers of a matrix each, and two heads read it: `tone` (a class) and `voice` (an embedding).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from allears.data.manifest import Clip
from allears.runtime.model_folder import ModelFolder
from allears.scoring.folder import ClipSound
from allears.spec import METADATA_KEY, ModelSpec, Resolution, TaskSpec

RATE, FRAME, DIM = 16_000, 320, 64
SPEC = ModelSpec(
    name="small",
    version="1",
    sample_rate=RATE,
    frame_shift_s=FRAME / RATE,
    tail_s=0.0,
    max_window_s=10.0,
    num_layers=3,
    dim=DIM,
    tasks=(
        TaskSpec("tone", Resolution.CLIP, {"kind": "top_one"}, ("low", "high"), "tone.onnx"),
        TaskSpec("voice", Resolution.CLIP, {"kind": "embedding", "threshold": 0.5}, (), "voice.onnx"),
    ),
)


def _save(path: Path, nodes: list, given: str, shape: list, out: str, out_shape: list, constants: dict) -> None:
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info(given, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(out, TensorProto.FLOAT, out_shape)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    if path.stem == "encoder":
        helper.set_model_props(model, {METADATA_KEY: SPEC.to_json()})
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _encoder(path: Path, rng: np.random.Generator) -> None:
    """audio (1, S) -> frames of 320 samples -> a matrix -> two residual layers -> (3, 1, T, 64)."""
    node = helper.make_node
    nodes = [node("Reshape", ["audio", "frames"], ["cut"]), node("MatMul", ["cut", "front"], ["layer0"], name="front")]
    constants = {"frames": np.array([1, -1, FRAME]), "front": rng.normal(0, 0.05, (FRAME, DIM)).astype(np.float32)}
    for number in range(2):
        weight, bias = f"matrix{number}", f"encoder.layers.{number}.fc1.bias"
        constants[weight] = rng.normal(0, 0.1, (DIM, DIM)).astype(np.float32)
        constants[bias] = rng.normal(0, 0.01, DIM).astype(np.float32)
        nodes += [
            node("MatMul", [f"layer{number}", weight], [f"product{number}"], name=f"product{number}"),
            node("Add", [f"product{number}", bias], [f"sum{number}"]),
            node("Tanh", [f"sum{number}"], [f"bent{number}"]),
            node("Add", [f"layer{number}", f"bent{number}"], [f"layer{number + 1}"]),
        ]
    constants["first"] = np.array([0])
    nodes += [node("Unsqueeze", [f"layer{n}", "first"], [f"one{n}"]) for n in range(3)]
    nodes.append(node("Concat", ["one0", "one1", "one2"], ["layers"], axis=0))
    _save(path, nodes, "audio", [1, "S"], "layers", [3, 1, "T", DIM], constants)


def _head(path: Path, rng: np.random.Generator, size: int) -> None:
    """The mean over time of the last layer's levels, times a matrix."""
    node = helper.make_node
    nodes = [
        node("Gather", ["layers", "last"], ["layer"], axis=0),
        node("Abs", ["layer"], ["level"]),
        node("ReduceMean", ["level", "time"], ["mean"], keepdims=0),
        node("MatMul", ["mean", "matrix"], ["product"], name="product"),
        node("Add", ["product", "head.out.bias"], ["sum"]),
        node("LpNormalization", ["sum"], ["output"], axis=-1, p=2),
    ]
    matrix = rng.normal(0, 1, (DIM, size)).astype(np.float32)
    constants = {"last": np.array(2), "time": np.array([1]), "matrix": matrix}
    constants["head.out.bias"] = np.zeros(size, np.float32)
    _save(path, nodes, "layers", [3, 1, "T", DIM], "output", [1, size], constants)


def build(folder: Path) -> Path:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    _encoder(folder / "encoder.onnx", rng)
    _head(folder / "tone.onnx", rng, 2)
    _head(folder / "voice.onnx", rng, 16)
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in sorted(folder.glob("*.onnx"))]
    (folder / "SHA256SUMS").write_text("".join(lines))
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """The model of the module. Nobody may write to it."""
    return ModelFolder(build(tmp_path_factory.mktemp("small") / "model"))


def two_tones() -> list[ClipSound]:
    """Eight clips of two tones and four levels, labelled by what they are."""
    time_s = np.arange(RATE // 2) / RATE
    found = []
    for number in range(8):
        hz, level = (300.0, 2500.0)[number % 2], 0.1 * (1 + number // 2)
        audio = (level * np.sin(2 * np.pi * hz * time_s + number)).astype(np.float32)
        labels = {"tone": ("low", "high")[number % 2], "voice": str(number % 2)}
        found.append(ClipSound(Clip(str(number), Path(f"{number}.wav"), labels=labels), audio))
    return found


@pytest.fixture(scope="session")
def sounds() -> list[ClipSound]:
    """`two_tones`, for every test."""
    return two_tones()


@pytest.fixture(scope="session")
def floats(plain_folder: Path) -> ModelFolder:
    """`tiny_model` with 32-bit weights: encoder, text decoder and three heads. Nobody may write to it."""
    return ModelFolder(plain_folder)


@pytest.fixture(scope="session")
def ints(int8_folder: Path) -> ModelFolder:
    """The same with int8 weights."""
    return ModelFolder(int8_folder)
