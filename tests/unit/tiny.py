"""A tiny Whisper with random weights and the model folders made of it: fixtures that many tests share.

`tests/unit/conftest.py` takes them in. Exporting a graph takes seconds, so every graph is exported once a test session.
"""

from __future__ import annotations

import itertools
import json
import shutil
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from allears.model import MultiTaskModel

__all__ = [
    "DIM",
    "HEADS",
    "LAYERS",
    "clips",
    "exported_once",
    "hf_whisper",
    "int8_folder",
    "plain_folder",
    "tiny_model",
    "tiny_whisper",
    "write_tokenizer",
]

DIM, LAYERS, HEADS = 64, 2, 2
VOCAB_SIZE = 51_865  # Whisper's: the numbers of its special tokens are fixed
END = 50_257  # the first special token


def write_tokenizer(path: Path, num_tokens: int = END) -> Path:
    """A byte-level `tokenizer.json`: the 256 bytes as GPT-2 numbers them, then ` aaaa`, ` aaab`, ... as words."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    words = ("Ġ" + "".join(w) for w in itertools.product(string.ascii_lowercase, repeat=4))
    pieces = list(itertools.islice(itertools.chain(letters, words), num_tokens))
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": "",
        "end_of_word_suffix": "",
        "fuse_unk": False,
        "vocab": {piece: number for number, piece in enumerate(pieces)},
        "merges": [],
    }
    data = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": model,
    }
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tiny_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as Hugging Face writes them: config.json, model.safetensors, tokenizer.json."""
    torch = pytest.importorskip("torch", reason="needs the extra `train`")
    from safetensors.torch import save_file

    from allears.encoders.whisper import WhisperEncoder
    from allears.parts.attention_decoder import AttentionDecoder

    folder = tmp_path_factory.mktemp("tiny-whisper")
    torch.manual_seed(1)
    encoder = WhisperEncoder(DIM, LAYERS, HEADS)
    decoder = AttentionDecoder(dim=DIM, depth=LAYERS, num_heads=HEADS, vocab_size=VOCAB_SIZE)
    _tell_norms_apart(encoder, decoder)
    state = {"model.encoder." + k.replace("positions", "embed_positions.weight"): v for k, v in _state(encoder)}
    state |= {"model.decoder." + k: v for k, v in _state(decoder)}
    save_file(state, folder / "model.safetensors")
    config = {"d_model": DIM, "vocab_size": VOCAB_SIZE, "max_target_positions": 448}
    for side in ("encoder", "decoder"):
        config |= {f"{side}_layers": LAYERS, f"{side}_attention_heads": HEADS}
    (folder / "config.json").write_text(json.dumps(config))
    write_tokenizer(folder / "tokenizer.json")
    return folder


def _tell_norms_apart(*modules: Any) -> None:
    """As training leaves them: the exporter keeps equal weights once, under one of their names."""
    import torch

    with torch.no_grad():
        for norm in (m for module in modules for m in module.modules() if isinstance(m, torch.nn.LayerNorm)):
            norm.weight.add_(0.02 * torch.randn_like(norm.weight))
            norm.bias.add_(0.02 * torch.randn_like(norm.bias))


def _state(module: Any) -> Iterator[tuple[str, Any]]:
    return ((name, tensor.contiguous()) for name, tensor in module.state_dict().items())


@pytest.fixture(scope="session")
def hf_whisper(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """The reference: a random Whisper of `transformers`, in eval mode, and the folder it saved itself to."""
    transformers = pytest.importorskip("transformers", reason="needs transformers, of the extra `test`")
    torch = pytest.importorskip("torch")
    torch.manual_seed(2)
    sizes = {"vocab_size": VOCAB_SIZE, "d_model": DIM, "max_target_positions": 448, "max_source_positions": 1500}
    for side in ("encoder", "decoder"):
        sizes |= {f"{side}_layers": LAYERS, f"{side}_attention_heads": HEADS, f"{side}_ffn_dim": 4 * DIM}
    model = transformers.WhisperForConditionalGeneration(transformers.WhisperConfig(**sizes)).eval()
    with torch.no_grad():  # as they are made, they hardly differ from 0 and every fault would hide
        for name, parameter in model.named_parameters():
            if "embed_positions" not in name or "decoder" in name:
                parameter.add_(0.1 * torch.randn_like(parameter))
    folder = tmp_path_factory.mktemp("hf-whisper")
    model.save_pretrained(folder)
    return model, folder


@pytest.fixture(scope="session")
def tiny_model(tiny_whisper: Path) -> MultiTaskModel:
    """All four tasks on the tiny Whisper, random heads, in eval mode. Nobody may train it."""
    import torch

    from allears.encoders.whisper import whisper
    from allears.model import MultiTaskModel
    from allears.sharing.hard import hard
    from allears.tasks.language import language
    from allears.tasks.speaker import speaker
    from allears.tasks.speech import speech
    from allears.tasks.transcribe import transcribe

    torch.manual_seed(3)
    tasks = {
        "transcribe": transcribe(pretrained=str(tiny_whisper)),
        "speech": speech(hidden=8),
        "language": language(classes=("de", "en"), hidden=8),
        "speaker": speaker(names=("ann", "bob"), size=8, hidden=8),
    }
    encoder = whisper(pretrained=str(tiny_whisper))
    sharing = hard(reads={n: t.reads for n, t in tasks.items()}, dim=DIM, num_layers=encoder.num_layers)
    with torch.no_grad():
        for mix in sharing.mix.values():
            mix.normal_()
    model = MultiTaskModel(encoder, sharing, tasks).eval()
    _tell_norms_apart(model.heads["speech"], model.heads["language"], model.heads["speaker"])
    return model


@pytest.fixture(scope="session")
def exported_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """`with exported_once():` inside, `pack` exports a graph of `tiny_model` once and copies its file afterwards."""
    kept = tmp_path_factory.mktemp("graphs")

    @contextmanager
    def use() -> Iterator[None]:
        from allears.export import pack

        with pytest.MonkeyPatch.context() as patch:
            for name in ("export_encoder", "export_head", "export_cross", "export_decoder"):
                patch.setattr(pack, name, _once(getattr(pack, name), kept))
            yield

    return use


def _once(export: Callable[..., None], kept: Path) -> Callable[..., None]:
    def again(module: Any, *sizes: Any) -> None:
        file = kept / f"{export.__name__}-{getattr(module, 'task', '')}.onnx"
        if not file.exists():
            export(module, *sizes[:-1], file)
        shutil.copy(file, sizes[-1])

    return again


@pytest.fixture(scope="session")
def plain_folder(tiny_model: MultiTaskModel, exported_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny_model` as `pack` writes it with 32-bit weights. Nobody may write to it."""
    return _pack(tiny_model, exported_once, tmp_path_factory.mktemp("packed") / "plain", is_int8=False)


@pytest.fixture(scope="session")
def int8_folder(tiny_model: MultiTaskModel, exported_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny_model` as `pack` writes it with int8 weights. Nobody may write to it."""
    return _pack(tiny_model, exported_once, tmp_path_factory.mktemp("packed") / "int8", is_int8=True)


def _pack(model: MultiTaskModel, exported_once: Any, out: Path, *, is_int8: bool) -> Path:
    from allears.export.pack import About, pack

    with exported_once():
        pack(model, out, About(f"tiny-{out.name}", "1", "random weights"), is_int8=is_int8)
    return out


@pytest.fixture(scope="session")
def clips() -> list[np.ndarray]:
    """Noise of several lengths, one of them not a whole number of frames: (S,) float32 each."""
    rng = np.random.default_rng(0)
    return [(0.1 * rng.standard_normal(size)).astype(np.float32) for size in (4_000, 16_000, 33_333)]
