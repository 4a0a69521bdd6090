"""How far weights moved: by place and kind, and what cannot be compared is told."""

from __future__ import annotations

import numpy as np
import pytest

from allears.transfer.moved import compare_weights, kind_of, place_of


@pytest.mark.parametrize(
    ("name", "place", "kind"),
    [
        ("encoder.conv1.weight", "encoder", "convolution"),
        ("encoder.layers.3.self_attn.q_proj.weight", "encoder 3", "attention"),
        ("encoder.layers.3.self_attn_layer_norm.bias", "encoder 3", "norm"),
        ("encoder.layers.0.fc1.weight", "encoder 0", "feed-forward"),
        ("encoder.layers.0.before.grow.weight", "encoder 0", "feed-forward"),
        ("encoder.layers.1.lstm.weight_hh_l0_reverse", "encoder 1", "recurrent"),
        ("encoder.layers.1.weight_ih_l0", "encoder 1", "recurrent"),
        ("encoder.layers.2.convolution.depthwise.weight", "encoder 2", "convolution"),
        ("encoder.positions", "encoder", "embedding"),
        ("heads.transcribe.decoder.layers.2.encoder_attn.v_proj.weight", "transcribe 2", "cross-attention"),
        ("heads.transcribe.decoder.embed_tokens.weight", "transcribe", "embedding"),
        ("heads.language.out.weight", "heads.language", "other"),
        ("heads.keyword-embedding.project.weight", "heads.keyword-embedding", "other"),
        ("heads.normal.lstm.weight_hh_l0", "heads.normal", "recurrent"),
        ("sharing.branches.keyword-embedding.layers.1.fc2.weight", "sharing.keyword-embedding 1", "feed-forward"),
        ("sharing.mix.language", "heads.language", "mix"),
        ("sharing.branches.ctc.layers.1.fc2.weight", "sharing.ctc 1", "feed-forward"),
    ],
)
def test_names_say_where_and_what(name: str, place: str, kind: str) -> None:
    assert (place_of(name), kind_of(name)) == (place, kind)


def test_change_is_of_all_weights_of_a_kind_together() -> None:
    before = {"encoder.layers.0.fc1.weight": np.full((2, 2), 2.0), "encoder.layers.0.fc2.weight": np.zeros(4)}
    after = {"encoder.layers.0.fc1.weight": np.full((2, 2), 2.0), "encoder.layers.0.fc2.weight": np.full(4, 0.5)}
    found = compare_weights(before, after)
    change = found.parts["encoder 0"]["feed-forward"]
    assert change.relative == pytest.approx(1.0 / 4.0) and change.num_weights == 8
    assert found.whole["encoder"].relative == pytest.approx(0.25)


def test_layers_come_in_order_and_the_encoder_first() -> None:
    names = ["heads.a.out.weight", *(f"encoder.layers.{n}.fc1.weight" for n in (10, 2)), "encoder.conv1.weight"]
    state = {name: np.ones(2) for name in names}
    assert list(compare_weights(state, state).parts) == ["encoder", "encoder 2", "encoder 10", "heads.a"]


def test_what_cannot_be_compared_is_named() -> None:
    before = {"encoder.a": np.ones(2), "heads.x.out": np.ones(2), "heads.y.out": np.ones(2)}
    found = compare_weights(before, {"encoder.a": np.ones(2), "heads.x.out": np.ones(3), "heads.z.out": np.ones(2)})
    assert (found.new, found.gone, found.reshaped) == (("heads.z.out",), ("heads.y.out",), ("heads.x.out",))


def test_zeros_have_no_length_to_compare_with() -> None:
    found = compare_weights({"encoder.a": np.zeros(2)}, {"encoder.a": np.ones(2)})
    assert found.whole["encoder"].relative is None


def test_networks_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="same name and shape"):
        compare_weights({"encoder.a": np.ones(2)}, {"encoder.a": np.ones(3)})
