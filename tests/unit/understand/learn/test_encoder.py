from __future__ import annotations

from pathlib import Path

import pytest
import torch

from allears.encoders.base import HasStages
from allears.understand.learn.encoder import TextEncoder, load_bert
from tests.unit.understand.tiny_text import write_bert


def _tiny() -> TextEncoder:
    torch.manual_seed(0)
    return TextEncoder(vocabulary=20, dim=8, num_layers=2, num_heads=2, inner=16, max_pieces=12).eval()


def test_padding_changes_nothing() -> None:
    encoder, numbers = _tiny(), torch.randint(0, 20, (1, 7))
    alone = encoder(numbers).layers
    padded = torch.cat([numbers, torch.randint(0, 20, (1, 4))], dim=1)
    beside = encoder(padded, torch.tensor([7])).layers
    torch.testing.assert_close(beside[:, :, :7], alone, atol=1e-5, rtol=1e-5)


def test_sizes_are_read_off_the_weights() -> None:
    encoder = _tiny()
    weights = {f"encoder.{name}": value for name, value in encoder.state_dict().items()}
    again = TextEncoder.like(weights, prefix="encoder.").eval()
    again.load_state_dict(encoder.state_dict())
    numbers = torch.randint(0, 20, (2, 5))
    assert torch.equal(again(numbers).layers, encoder(numbers).layers)
    assert isinstance(encoder, HasStages) and len(encoder.stages().layers) == 2


def test_the_same_as_bert_itself(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="an independent BERT: install the extra `hf`")
    vocabulary = write_bert(tmp_path)
    kept = [*vocabulary[:5], *vocabulary[9:60]]
    ours = load_bert(tmp_path, kept, max_pieces=20).eval()
    config = transformers.BertConfig.from_json_file(tmp_path / "config.json")
    theirs = transformers.BertModel(config, add_pooling_layer=False).eval()
    from safetensors.torch import load_file

    theirs.load_state_dict(load_file(tmp_path / "model.safetensors"))
    numbers, counts = torch.randint(0, len(kept), (3, 9)), torch.tensor([9, 4, 6])
    mask = torch.arange(9)[None] < counts[:, None]
    full = torch.tensor([vocabulary.index(piece) for piece in kept])[numbers]
    with torch.no_grad():
        expected = theirs(full, attention_mask=mask.long()).last_hidden_state
        got = ours(numbers, counts).layers[0]
    torch.testing.assert_close(got[mask], expected[mask], atol=1e-4, rtol=1e-4)


def test_the_lowest_layers_alone(tmp_path: Path) -> None:
    assert load_bert(tmp_path, write_bert(tmp_path), num_layers=1, max_pieces=20).num_layers == 1


def test_what_is_no_bert(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no config.json"):
        load_bert(tmp_path, ["a"])
    write_bert(tmp_path)
    with pytest.raises(ValueError, match="are not in the vocabulary"):
        load_bert(tmp_path, ["nowhere"])
    from safetensors.torch import save_file

    save_file({"other": torch.zeros(2)}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="does not hold the weights of a BERT"):
        load_bert(tmp_path, ["a"])
