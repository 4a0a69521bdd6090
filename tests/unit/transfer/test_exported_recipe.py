"""The files of a model say how its networks are built."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from allears.runtime.model_folder import ModelFolder
from allears.transfer.exported_recipe import encoder_section, task_section


def test_options_of_the_tasks_that_ship() -> None:
    folder = ModelFolder(None)
    assert task_section(folder, "age-group") == {"hidden": 48, "bands": [16]}
    assert task_section(folder, "speech") == {"hidden": 64, "kernel": 9}
    assert task_section(folder, "speaker") == {"names": ["?"], "size": 192, "hidden": 256, "stride": 2}
    pieces = task_section(folder, "ctc")
    assert (pieces["body"], pieces["decoder"]) == ("readout", str(folder.path / "ctc.onnx"))
    assert len(pieces["pieces"]) == 18_577
    letters = task_section(folder, "letters")
    assert (letters["body"], letters["hidden"], letters["per_frame"], len(letters["units"])) == ("lstm", 256, 1, 27)
    assert task_section(folder, "transcribe", Path("t.json")) == {
        "dim": 512, "depth": 6, "num_heads": 8, "tokenizer": "t.json", "use_text": True,
    }  # fmt: skip
    assert task_section(folder, "clean") == {"hidden": 192}


def test_another_encoder_is_refused(fake_model: Path) -> None:
    with pytest.raises(ValueError, match=r"is not Whisper's with 80 mels.*give the run it was exported from"):
        encoder_section(ModelFolder(fake_model))
