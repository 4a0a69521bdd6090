"""Part of a checkpoint into a module, with every key accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
save_file = pytest.importorskip("safetensors.torch", reason="needs the extra `train`").save_file

from allears.transfer.surgery import load_prefixed, read_config  # noqa: E402


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    state = {"net.a.weight": torch.ones(3, 2), "net.a.b": torch.full((3,), 2.0), "other.weight": torch.zeros(9)}
    save_file({name: tensor.half() for name, tensor in state.items()}, tmp_path / "model.safetensors")
    return tmp_path


def test_the_part_is_taken_and_the_rest_is_left(folder: Path) -> None:
    module = torch.nn.ModuleDict({"a": torch.nn.Linear(2, 3)})
    assert load_prefixed(module, folder, "net.", rename={"a.b": "a.bias"}) == 2
    assert module["a"].weight.dtype is torch.float32
    assert module["a"].weight.tolist() == [[1, 1]] * 3 and module["a"].bias.tolist() == [2, 2, 2]


def test_nothing_is_missing_left_over_or_bent_in_silence(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"missing \['a.bias'\], left over \['a.b'\]"):
        load_prefixed(torch.nn.ModuleDict({"a": torch.nn.Linear(2, 3)}), folder, "net.")
    with pytest.raises(ValueError, match=r"missing \[\], left over \['b'\]"):
        load_prefixed(torch.nn.Linear(2, 3, bias=False), folder, "net.a.")
    bent = torch.nn.ModuleDict({"a": torch.nn.Linear(5, 3)})
    with pytest.raises(ValueError, match=r"of another shape \['a.weight'\]"):
        load_prefixed(bent, folder, "net.", rename={"a.b": "a.bias"})
    with pytest.raises(ValueError, match="no checkpoint at"):
        load_prefixed(bent, folder / "elsewhere", "net.")


def test_config(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give a Hugging Face folder"):
        read_config(tmp_path)
    (tmp_path / "config.json").write_text('{"d_model": 64}')
    assert read_config(tmp_path) == {"d_model": 64}
