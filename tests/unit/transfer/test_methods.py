"""Which weights learn, method by method."""

from __future__ import annotations

from copy import deepcopy

import pytest

torch = pytest.importorskip("torch")

from allears.model import MultiTaskModel  # noqa: E402
from allears.transfer.lora import merge_lora  # noqa: E402
from allears.transfer.methods import adapt_model, linear_layers  # noqa: E402


@pytest.fixture
def model(tiny_model: MultiTaskModel) -> MultiTaskModel:
    return deepcopy(tiny_model)


def _learning(model: MultiTaskModel, start: str) -> set[str]:
    return {n for n, p in model.named_parameters() if p.requires_grad and n.startswith(start)}


def test_frozen_and_partial(model: MultiTaskModel) -> None:
    adapt_model(model, "partial", layers=1)
    assert {n.split(".")[1] for n in _learning(model, "encoder.")} == {"layers", "layer_norm"}
    assert all(".1." in n for n in _learning(model, "encoder.layers"))
    adapt_model(model, "frozen")
    assert not _learning(model, "encoder.") and _learning(model, "heads.transcribe.decoder.layers")


def test_lora_learns_thin_matrices_and_small_heads(model: MultiTaskModel) -> None:
    count = adapt_model(model, "lora", rank=2, targets=("q", "ffn"))
    assert {n.rpartition(".")[2] for n in _learning(model, "encoder.")} == {"down", "up"}
    assert {n.rpartition(".")[2] for n in _learning(model, "heads.transcribe.decoder.")} == {"down", "up"}
    assert _learning(model, "heads.speech") and _learning(model, "sharing.mix.speech")
    assert count == sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert merge_lora(model) == 2 * 3 + 2 * 4  # q, fc1, fc2 of 2 layers; the decoder has a q more


def test_lora_in_the_decoder_alone_leaves_the_encoder_to_the_last_bit(model: MultiTaskModel) -> None:
    adapt_model(model, "lora", parts=("decoder",), rank=2)
    assert not _learning(model, "encoder.")


def test_adapters_go_behind_both_halves(model: MultiTaskModel) -> None:
    adapt_model(model, "adapters", size=4, parts=("encoder",))
    ends = {n.rpartition(".")[0].rpartition(".")[0] for n in _learning(model, "encoder.")}
    assert ends == {f"encoder.layers.{i}.{end}" for i in (0, 1) for end in ("self_attn.out_proj", "fc2")}


def test_full_is_what_the_model_lets_learn(model: MultiTaskModel) -> None:
    before = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert adapt_model(model, "full") == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"targets": ("qkv",)}, r"adapt.targets names \['qkv'\], allowed are q, k, v, out, ffn"),
        ({"parts": ("heads",)}, r"adapt.parts names \['heads'\]"),
        ({"rank": 64}, "rank is 64"),
    ],
)
def test_what_cannot_be_is_refused(model: MultiTaskModel, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        adapt_model(model, "lora", **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"adapt.layers is 3, but the encoder has 2"):
        adapt_model(model, "partial", layers=3)
    with pytest.raises(ValueError, match="no linear layers called nothing"):
        linear_layers(model, ["nothing"], ["encoder"])


def test_conditions_are_for_encoders_with_tables(model: MultiTaskModel) -> None:
    with pytest.raises(ValueError, match=r"no table of voices: adapt\.method conditions is for models that speak"):
        adapt_model(model, "conditions")


def test_the_vectors_alone_learn() -> None:
    from allears.encoders.text import TextEncoder
    from allears.sharing import SHARINGS
    from allears.tasks import TASKS

    encoder, tasks = (
        TextEncoder(dim=16, depth=1, num_heads=2, condition_dim=4),
        {"duration": TASKS["duration"](hidden=8)},
    )
    sharing = SHARINGS["hard"](reads={"duration": tasks["duration"].reads}, dim=16, num_layers=encoder.num_layers)
    speaking = MultiTaskModel(encoder, sharing, tasks)
    assert adapt_model(speaking, "conditions", tables=("voices", "dialects")) == 64 * 4 + 8 * 4
    assert _learning(speaking, "") == {"encoder.voices.weight", "encoder.dialects.weight"}
    adapt_model(speaking, "conditions")
    assert _learning(speaking, "") == {"encoder.voices.weight"}
