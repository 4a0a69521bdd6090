"""A tiny corpus of two label sets and a tiny BERT with random weights, in the layouts that training reads."""

from __future__ import annotations

import json
import string
from pathlib import Path

import torch
from safetensors.torch import save_file

__all__ = ["RECIPE", "write_bert", "write_sentences"]

DIM, INNER, HEADS, LAYERS, POSITIONS = 16, 32, 4, 2, 24
WORDS = "play stop the song light jazz rock in kitchen hall on off what is weather paris rome moon".split()
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

HOME = [
    {"text": "light on in the kitchen", "intent": "on", "domain": "home",
     "slots": [{"slot": "room", "value": "kitchen", "start": 16, "end": 23}]},
    {"text": "light off in the hall", "intent": "off", "domain": "home",
     "slots": [{"slot": "room", "value": "hall", "start": 17, "end": 21}]},
    {"text": "what is the weather in rome", "intent": "weather", "domain": "outside", "slots": []},
]  # fmt: skip
MUSIC = [
    {"text": "play the jazz song", "tokens": ["play", "the", "jazz", "song"], "tags": ["O", "O", "B-genre", "O"],
     "intent": "play"},
    {"text": "stop", "tokens": ["stop"], "tags": ["O"], "intent": "stop"},
    {"text": "is the moon rock", "intent": "oos", "oos": True},
]  # fmt: skip

RECIPE = """
name: tiny
pretrained: {bert}
vocabulary_size: 330
max_pieces: {positions}
num_epochs: 3
ema: null  # of so few steps a mean would still hold the first
swap: 0.0
batch_size: 8
lr: 3.0e-3
head_lr: 3.0e-2
noise: null
scope_kept: 0.9
sets:
  home:
    train: {folder}/home.jsonl
    domain_field: domain
    domains: {{outside: weather}}
  music:
    train: {folder}/music.jsonl
    domains: {{play: music, stop: music}}
"""


def write_sentences(folder: Path, times: int = 40) -> str:
    """Both corpora, with the splits train, dev and test; returns the text of a recipe for them."""
    for name, rows in (("home", HOME), ("music", MUSIC)):
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as file:
            for split, count in (("train", times), ("dev", 2), ("test", 2)):
                for number in range(count * len(rows)):
                    row = rows[number % len(rows)] | {"id": f"{name}-{split}-{number}", "split": split}
                    file.write(json.dumps(row) + "\n")
    return RECIPE.format(bert=folder / "bert", folder=folder, positions=POSITIONS)


def write_bert(folder: Path) -> list[str]:
    """A BERT of random weights; returns its vocabulary."""
    folder.mkdir(exist_ok=True)
    letters = string.ascii_lowercase + string.digits + string.punctuation
    vocabulary = list(dict.fromkeys([*SPECIALS, *letters, *(f"##{c}" for c in letters), *WORDS]))
    (folder / "config.json").write_text(json.dumps({
        "hidden_size": DIM, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER,
        "vocab_size": len(vocabulary), "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
    }))  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": {p: i for i, p in enumerate(vocabulary)}}}))
    torch.manual_seed(0)
    shapes = {
        "embeddings.word_embeddings.weight": (len(vocabulary), DIM),
        "embeddings.position_embeddings.weight": (POSITIONS, DIM),
        "embeddings.token_type_embeddings.weight": (2, DIM),
        "embeddings.LayerNorm.weight": (DIM,),
        "embeddings.LayerNorm.bias": (DIM,),
    }
    for i in range(LAYERS):
        old = f"encoder.layer.{i}"
        for name, (out, into) in {
            "attention.self.query": (DIM, DIM), "attention.self.key": (DIM, DIM), "attention.self.value": (DIM, DIM),
            "attention.output.dense": (DIM, DIM), "intermediate.dense": (INNER, DIM), "output.dense": (DIM, INNER),
        }.items():  # fmt: skip
            shapes |= {f"{old}.{name}.weight": (out, into), f"{old}.{name}.bias": (out,)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{old}.{name}.weight": (DIM,), f"{old}.{name}.bias": (DIM,)}
    weights = {name: 0.3 * torch.randn(*shape) for name, shape in shapes.items()}
    weights |= {name: 1.0 + 0.1 * value for name, value in weights.items() if name.endswith("LayerNorm.weight")}
    save_file(weights, folder / "model.safetensors")
    return vocabulary
