"""A model folder becomes the network it was exported from, but for rounding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.audio import read_audio  # noqa: E402
from allears.config.build import build_model  # noqa: E402
from allears.config.load import parse_recipe  # noqa: E402
from allears.model import MultiTaskModel  # noqa: E402
from allears.runtime.model_folder import DEFAULT_MODEL, ModelFolder  # noqa: E402
from allears.runtime.parts import Parts  # noqa: E402
from allears.transfer.exported_model import exported_state  # noqa: E402
from allears.transfer.exported_recipe import encoder_section, task_section  # noqa: E402
from allears.transfer.initial import TRAINING_ONLY  # noqa: E402
from allears.transfer.whereabouts import whereabouts  # noqa: E402

DEMO = DEFAULT_MODEL.parent.parent / "assets" / "demo.flac"


def _built(folder: Path, tasks: list[str], tokenizer: Path) -> MultiTaskModel:
    """As a recipe builds it."""
    model = ModelFolder(folder)
    mixed = [name for name in tasks if name != "transcribe"]
    parts = ["encoder", *(f"heads.{name}" for name in tasks), *(f"sharing.mix.{name}" for name in mixed)]
    recipe: dict[str, Any] = {
        "name": "x",
        "data": {"train": [{"manifest": "x"}]},
        "optim": {"num_steps": 1},
        "encoder": encoder_section(model),
        "tasks": {name: task_section(model, name, tokenizer) for name in tasks},
        "init": {"from": str(folder), "parts": parts},
    }
    return build_model(parse_recipe(recipe)).eval()


def test_there_and_back(plain_folder: Path, tiny_whisper: Path, tiny_model: MultiTaskModel) -> None:
    tasks = ["transcribe", "speech", "language", "speaker"]
    back = _built(plain_folder, tasks, tiny_whisper / "tokenizer.json")
    own = tiny_model.state_dict()
    for name, value in back.state_dict().items():
        if name.startswith("sharing.mix"):  # known but for a constant
            assert torch.allclose(value.softmax(0), own[name].softmax(0), atol=1e-6)
        elif not name.endswith(TRAINING_ONLY):
            assert torch.allclose(value, own[name], atol=1e-6), name
    audio, counts = 0.1 * torch.randn(1, 9_000), torch.tensor([9_000])
    with torch.no_grad():
        one, other = back(audio, counts), tiny_model(audio, counts)
    assert torch.allclose(one["language"], other["language"], atol=1e-5)
    assert torch.equal(one["transcribe"], other["transcribe"])


def test_every_weight_of_encoder_and_decoder_has_a_place(int8_folder: Path, tiny_model: MultiTaskModel) -> None:
    places = whereabouts(ModelFolder(int8_folder), ["transcribe"])
    wanted = {n for n in tiny_model.state_dict() if n.startswith(("encoder.", "heads.transcribe."))}
    assert wanted <= set(places)
    assert {where.file for where in places.values()} == {"encoder.onnx", "decoder.onnx", "cross.onnx"}


def test_the_model_that_ships_comes_back() -> None:
    """On the demo clip; what is left is the rounding of activations, which the files do and the network does not."""
    folder = ModelFolder(None)
    from allears.encoders.whisper import whisper

    section = encoder_section(folder)
    assert section == {"kind": "whisper", "dim": 512, "depth": 6, "num_heads": 8, "tail_s": folder.spec.tail_s}
    encoder = whisper(**{k: v for k, v in section.items() if k != "kind"}).eval()
    state = exported_state(folder, [])
    own = encoder.state_dict()
    encoder.load_state_dict({n: state[f"encoder.{n}"] for n in own})
    audio = np.asarray(read_audio(DEMO), np.float32)[:32_000]
    heard = Parts(folder, 1).encode(audio)
    with torch.no_grad():
        ours = encoder(torch.from_numpy(audio)[None]).layers.numpy()
    for layer, other in zip(ours[:-1], heard[:-1], strict=True):
        assert np.abs(layer - other).mean() < 0.08 * other.std()
