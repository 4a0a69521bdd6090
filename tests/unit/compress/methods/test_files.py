"""The methods that rewrite files: smaller where they promise it, near what was, and only where they are told to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

pytest.importorskip("torch")
pytest.importorskip("pydantic", reason="needs the extra `train`")

from allears.compress import METHODS
from allears.compress.plain import plain_folder
from allears.compress.plan import ending_in_int8, read_methods
from allears.export.whole import load_whole
from allears.runtime.model_folder import ModelFolder
from allears.scoring.folder import ClipSound

INT8, INT4 = {"min_bytes": 0}, {"min_bytes": 0, "block": 16}
ROUNDING = [("int8-dynamic", INT8, 0.05), ("int8-static", INT8, 0.05), ("int4-weights", INT4, 0.25)]


def _layers(model: Path, sound: ClipSound) -> np.ndarray:
    return np.asarray(ort.InferenceSession(str(model / "encoder.onnx")).run(None, {"audio": sound.audio[None]})[0])


@pytest.mark.parametrize(("name", "options", "far"), ROUNDING)
def test_rounded_weights_say_nearly_the_same(
    small: ModelFolder, sounds: list[ClipSound], tmp_path: Path, name: str, options: dict, far: float
) -> None:
    method = METHODS[name](**options)
    method.apply(small, tmp_path / "m", method.units(small), [one.audio for one in sounds])
    made = ModelFolder(tmp_path / "m")
    assert made.spec == small.spec
    assert (made.path / "encoder.onnx").stat().st_size < 0.5 * (small.path / "encoder.onnx").stat().st_size
    was, now = (_layers(one.path, sounds[1]) for one in (small, made))
    assert 0 < np.abs(was - now).mean() < far * was.std()
    assert made.check("tone.onnx")


@pytest.mark.parametrize(("name", "options", "_far"), ROUNDING)
def test_units_that_stay_out_keep_their_bits(
    small: ModelFolder, sounds: list[ClipSound], tmp_path: Path, name: str, options: dict, _far: float
) -> None:
    method = METHODS[name](**options)
    units = [unit for unit in method.units(small) if unit.name != "encoder.layers.0"]
    method.apply(small, tmp_path / "m", units, [one.audio for one in sounds])
    kept = {one.name for one in onnx.load(tmp_path / "m" / "encoder.onnx").graph.initializer}
    assert "matrix0" in kept and "matrix1" not in kept


def test_units_are_layers_and_small_files(small: ModelFolder) -> None:
    units = METHODS["int8-dynamic"](min_bytes=0).units(small)
    assert [(unit.name, unit.tasks) for unit in units] == [
        ("encoder", ("tone", "voice")), ("encoder.layers.0", ("tone", "voice")),
        ("encoder.layers.1", ("tone", "voice")), ("tone", ("tone",)), ("voice", ("voice",)),
    ]  # fmt: skip
    assert [unit.name for unit in METHODS["int8-dynamic"](min_bytes=20_000).units(small)] == ["encoder"]


@pytest.mark.parametrize("scope", ["global", "layer"])
def test_small_weights_become_zeros(small: ModelFolder, tmp_path: Path, scope: str) -> None:
    method = METHODS["magnitude"](amount=0.4, scope=scope, min_bytes=0)
    units = [unit for unit in method.units(small) if unit.file == "encoder.onnx"]
    method.apply(small, tmp_path / "m", units, ())
    graph = onnx.load(tmp_path / "m" / "encoder.onnx").graph
    weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    shares = [float((weights[name] == 0).mean()) for name in ("front", "matrix0", "matrix1")]
    if scope == "layer":
        assert shares == pytest.approx([0.4] * 3, abs=0.01)
    else:  # the front's weights are half as large
        assert shares[0] > 0.45 and max(shares[1:]) < 0.3


def test_halves_save_bytes_and_say_the_same(small: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    method = METHODS["float16-storage"](min_bytes=4_000)
    units = method.units(small)
    assert [(unit.name, unit.tasks) for unit in units] == [("encoder", ("tone", "voice")), ("voice", ("voice",))]
    method.apply(small, tmp_path / "m", units[:1], ())
    made = tmp_path / "m"
    assert (made / "encoder.onnx").stat().st_size < 0.6 * (small.path / "encoder.onnx").stat().st_size
    assert (made / "voice.onnx").read_bytes() == (small.path / "voice.onnx").read_bytes()
    was, now = (_layers(one, sounds[1]) for one in (small.path, made))
    assert 0 < np.abs(was - now).mean() < 1e-3 * was.std()


def test_int8_kept_in_4_bits(small: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    int8 = METHODS["int8-dynamic"](min_bytes=0)
    int8.apply(small, tmp_path / "int8", int8.units(small), ())
    before = ModelFolder(tmp_path / "int8")
    method = METHODS["int4-storage"](min_bytes=0)
    units = method.units(before)
    assert {unit.name for unit in units} >= {"encoder.layers.0", "encoder.layers.1", "voice"}
    method.apply(before, tmp_path / "int4", [unit for unit in units if unit.name != "encoder.layers.0"], ())
    made = ModelFolder(tmp_path / "int4")
    graph = onnx.load(made.path / "encoder.onnx").graph
    names = {one.name for one in graph.initializer}
    assert "matrix0_quantized" in names and "matrix1_quantized/int4" in names and "matrix1_quantized" not in names
    was, now = (_layers(one.path, sounds[1]) for one in (before, made))
    assert 0 < np.abs(was - now).mean() < 0.25 * was.std()
    back = load_whole(made.path / "encoder.onnx")
    onnx.checker.check_model(back)
    assert [node.op_type for node in back.graph.node] == [
        node.op_type for node in onnx.load(before.path / "encoder.onnx").graph.node
    ]
    session = ort.InferenceSession(back.SerializeToString())
    assert np.allclose(session.run(None, {"audio": sounds[1].audio[None]})[0], now, atol=1e-5)


def test_what_is_kept_smaller_comes_last() -> None:
    assert [step.name for step in read_methods("int8-dynamic,int4-storage,float16-storage")][-1] == "float16-storage"
    with pytest.raises(ValueError, match="how weights are kept comes last"):
        read_methods("int4-storage,int8-dynamic")
    ended = ending_in_int8(read_methods("int4-weights,float16-storage"))
    assert [step.name for step in ended] == ["int4-weights", "int8-dynamic", "float16-storage"]


def test_halves_are_whole_again_for_other_methods(small: ModelFolder, tmp_path: Path) -> None:
    method = METHODS["float16-storage"](min_bytes=0)
    method.apply(small, tmp_path / "halves", method.units(small), ())
    halves = ModelFolder(tmp_path / "halves")
    assert [unit.name for unit in METHODS["int8-dynamic"](min_bytes=0).units(halves)] == ["tone"]  # too small to halve
    assert plain_folder(halves, tmp_path / "whole") == 0
    whole = METHODS["int8-dynamic"](min_bytes=0).units(ModelFolder(tmp_path / "whole"))
    assert [unit.name for unit in whole] == [unit.name for unit in METHODS["int8-dynamic"](min_bytes=0).units(small)]


def test_a_static_scale_needs_clips(small: ModelFolder, tmp_path: Path) -> None:
    method = METHODS["int8-static"](min_bytes=0)
    with pytest.raises(ValueError, match=r"there are none: give --measure"):
        method.apply(small, tmp_path / "m", method.units(small), ())


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("int4-weights", {"block": 20}, "give one of 16, 32"),
        ("magnitude", {"amount": 1.5}, "a share between 0 and 1"),
        ("int8-static", {"find": "best"}, "minmax or percentile"),
    ],
)
def test_wrong_options_are_told(name: str, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        METHODS[name](**options)
