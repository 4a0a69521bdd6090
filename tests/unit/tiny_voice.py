"""A voice folder of a few kilobytes, whose networks are written by hand: no torch, real tensors, a real sound.

Every phone lasts four frames (at speed 1), a vowel hums and everything else hisses; a letter is said as one phone.
"""

from __future__ import annotations

import hashlib
import lzma
from pathlib import Path

import numpy as np
import pytest

from allears.voice_spec import VOICE_METADATA_KEY, SpeakingVoice, VoiceSpec

onnx = pytest.importorskip("onnx", reason="the tiny voice is written with onnx: pip install onnx")

from onnx import TensorProto as T  # noqa: E402
from onnx import helper as h  # noqa: E402
from onnx import numpy_helper  # noqa: E402

PHONES = " ,.?!;:ˈˌAIOQWYbdfhijklmnpstuvwzæðŋɑɐɒɔəɛɜɡɪɹɾʃʊʌʒʤʧθᵊᵻː"
LETTERS = "abcdefghijklmnopqrstuvwxyz'"
MEL_BANDS, SLOTS, FRAMES_A_PHONE = 80, 2, 4
DIALECTS = ("en-US", "en-GB", "fr-CA")
LEXICON = {
    "hello": "həlˈO", "world": "wˈɜɹld", "the": "ðə", "cat": "kˈæt", "apple": "ˈæpᵊl", "walk": "wˈɔk", "wait": "wˈAt",
    "try": "tɹˈI", "stop": "stˈɑp", "love": "lˈʌv", "dog": "dˈɔɡ", "NASA": "nˈæsə", "well": "wˈɛl", "known": "nˈOn",
    "one": "wˈʌn", "two": "tˈu", "three": "θɹˈi", "is": "ɪz", "it": "ɪt", "five": "fˈIv", "I": "ˈI", "A": "ˈA",
    "F": "ˈɛf", "B": "bˈi", "P": "pˈi", "M": "ˈɛm", "U": "jˈu", "S": "ˈɛs",
}  # fmt: skip

SPEC = VoiceSpec(
    name="tiny",
    sample_rate=24_000,
    hop_samples=300,
    fft_samples=1200,
    num_mels=MEL_BANDS,
    alphabet=("", *PHONES),
    letters=("", *LETTERS),
    dialects=DIALECTS,
    voices=(
        SpeakingVoice("ann", "en-US", "female"),
        SpeakingVoice("ben", "en-US", "male"),
        SpeakingVoice("cat", "en-GB", "female"),
        SpeakingVoice("dominique", "fr-CA"),
    ),
)


def write_tiny_voice(folder: Path) -> Path:
    """Write the folder; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    _save(_acoustic(), folder / "acoustic.onnx", {VOICE_METADATA_KEY: SPEC.to_json()})
    _save(_vocoder(), folder / "vocoder.onnx")
    _save(_pronounce(), folder / "pronounce.onnx")
    lines = "".join(f"{word}\t{phones}\n" for word, phones in sorted(LEXICON.items()))
    for dialect in DIALECTS:
        (folder / f"lexicon-{dialect}.txt.xz").write_bytes(lzma.compress(lines.encode()))
    names = sorted(path.name for path in folder.iterdir() if path.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(sums))
    return folder


def _acoustic() -> onnx.GraphProto:
    is_vowel = np.array([phone in "AIOQWYaeiouæɑɐɒɔəɜɛɪʊʌᵊᵻ" and phone != "" for phone in SPEC.alphabet], np.float32)
    constants = {
        "vowels": is_vowel, "frames": np.array([FRAMES_A_PHONE], np.float32), "one": np.array([1], np.int64),
        "first": np.array([0], np.int64), "second": np.array([1], np.int64), "last": np.array([2], np.int64),
        "flat": np.array([1, -1], np.int64), "octave": np.array([12], np.float32), "two": np.array([2], np.float32),
        "base": np.array([200], np.float32), "bands": np.full((1, 1, MEL_BANDS), -0.05, np.float32),
    }  # fmt: skip
    nodes = [
        h.make_node("Div", ["frames", "speed"], ["exact"]),
        h.make_node("Round", ["exact"], ["whole"]),
        h.make_node("Cast", ["whole"], ["count"], to=T.INT64),  # (1,) frames a phone
        h.make_node("Shape", ["phones"], ["shape"]),
        h.make_node("Expand", ["count", "shape"], ["durations"]),
        h.make_node("Concat", ["shape", "count"], ["grid"], axis=0),
        h.make_node("Unsqueeze", ["phones", "last"], ["column"]),
        h.make_node("Expand", ["column", "grid"], ["repeated"]),
        h.make_node("Reshape", ["repeated", "flat"], ["framewise"]),
        h.make_node("Cast", ["framewise"], ["ids"], to=T.FLOAT),
        h.make_node("Unsqueeze", ["ids", "last"], ["id_column"]),
        h.make_node("Mul", ["id_column", "bands"], ["mel"]),
        h.make_node("Gather", ["vowels", "framewise"], ["voicing"]),
        h.make_node("Div", ["pitch", "octave"], ["octaves"]),
        h.make_node("Pow", ["two", "octaves"], ["factor"]),
        h.make_node("Mul", ["base", "factor"], ["hz"]),
        h.make_node("Mul", ["voicing", "hz"], ["f0"]),
    ]
    inputs = [_value("phones", T.INT64, [1, "P"]), *(_value(n, T.INT64, [1]) for n in ("voice", "dialect")),
              *(_value(n, T.FLOAT, [1]) for n in ("speed", "pitch"))]  # fmt: skip
    outputs = [_value("mel", T.FLOAT, [1, "T", MEL_BANDS]), _value("f0", T.FLOAT, [1, "T"]),
               _value("durations", T.INT64, [1, "P"])]  # fmt: skip
    return _graph("acoustic", nodes, inputs, outputs, constants)


def _vocoder() -> onnx.GraphProto:
    nodes = [
        h.make_node("Mul", ["harmonic", "loud"], ["buzz"]),
        h.make_node("Mul", ["noise", "soft"], ["hiss"]),
        h.make_node("Add", ["buzz", "hiss"], ["spectrum"]),
    ]
    bins = SPEC.fft_samples // 2 + 1
    inputs = [_value("mel", T.FLOAT, [1, "T", MEL_BANDS]), _value("f0", T.FLOAT, [1, "T"]),
              *(_value(n, T.FLOAT, [1, "T", 2, bins]) for n in ("harmonic", "noise"))]  # fmt: skip
    outputs = [_value("spectrum", T.FLOAT, [1, "T", 2, bins])]
    constants = {"loud": np.array(0.05, np.float32), "soft": np.array(0.005, np.float32)}
    return _graph("vocoder", nodes, inputs, outputs, constants)


def _pronounce() -> onnx.GraphProto:
    count = len(SPEC.alphabet)
    table = np.zeros((len(SPEC.letters), SLOTS, count), np.float32)
    phones = dict(zip("abcdefghijklmnopqrstuvwxyz", "æbkdɛfɡhɪʤklmnɑpkɹstʌvwkjz", strict=True))
    for number, letter in enumerate(SPEC.letters):
        phone = phones.get(letter, "")
        table[number, 0, SPEC.alphabet.index(phone)] = 5
        table[number, 1, 0] = 5
    nodes = [
        h.make_node("Gather", ["table", "letters"], ["slots"]),
        h.make_node("Reshape", ["slots", "shape"], ["phones"]),
    ]
    inputs = [_value("letters", T.INT64, [1, "N"]), _value("dialect", T.INT64, [1])]
    constants = {"table": table.reshape(len(table), -1), "shape": np.array([1, -1, count], np.int64)}
    return _graph("pronounce", nodes, inputs, [_value("phones", T.FLOAT, [1, "NK", count])], constants)


def _value(name: str, kind: int, shape: list[int | str]) -> onnx.ValueInfoProto:
    return h.make_tensor_value_info(name, kind, shape)


def _graph(name, nodes, inputs, outputs, constants) -> onnx.GraphProto:
    return h.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(v, n) for n, v in constants.items()])


def _save(graph: onnx.GraphProto, path: Path, metadata: dict[str, str] | None = None) -> None:
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 18)], ir_version=10)
    onnx.helper.set_model_props(model, metadata or {})
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
