"""Every weight of an exported network is found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")

from allears.export.half import halve_weights  # noqa: E402
from allears.model import MultiTaskModel  # noqa: E402
from allears.transfer.places import constants_of, find_places, matrix_int8, value_at  # noqa: E402


@pytest.mark.parametrize("name", ["plain_folder", "int8_folder"])
def test_values_are_those_of_the_network(name: str, request: pytest.FixtureRequest, tiny_model: MultiTaskModel) -> None:
    folder = request.getfixturevalue(name)
    graph = onnx.load(folder / "encoder.onnx").graph
    places, constants = find_places(graph), constants_of(graph)
    for key, value in tiny_model.state_dict().items():
        if key.startswith("encoder."):
            found = value_at(places[key], constants)
            step = np.abs(value.numpy()).max() / 127 if name == "int8_folder" and value.ndim == 2 else 1e-6
            assert np.abs(found - value.numpy()).max() <= step, key


def test_values_kept_in_16_bit_have_their_places(int8_folder: Path, tmp_path: Path) -> None:
    assert halve_weights(int8_folder / "encoder.onnx", tmp_path / "half.onnx") > 3
    whole, half = (onnx.load(path).graph for path in (int8_folder / "encoder.onnx", tmp_path / "half.onnx"))
    places, constants = find_places(whole), constants_of(whole)
    found, halves = find_places(half), constants_of(half)
    assert found.keys() == places.keys() and any(place.is_half for place in found.values())
    for key, place in found.items():
        assert place.name in halves
        assert value_at(place, halves) == pytest.approx(value_at(places[key], constants), rel=1e-3, abs=1e-6), key


def test_int8_again_is_what_it_was(int8_folder: Path) -> None:
    graph = onnx.load(int8_folder / "encoder.onnx").graph
    places, constants = find_places(graph), constants_of(graph)
    place = places["encoder.layers.0.self_attn.k_proj.weight"]
    assert place.scale and place.is_turned
    whole, scale = matrix_int8(np.ascontiguousarray(value_at(place, constants).T))
    assert np.array_equal(whole, constants[place.name])
    assert np.allclose(scale, constants[place.scale], rtol=1e-5)


def test_a_column_of_zeros() -> None:
    whole, scale = matrix_int8(np.array([[0.0, 1.0], [0.0, -2.0]], np.float32))
    assert whole.tolist() == [[0, 64], [0, -127]] and (scale > 0).all()
