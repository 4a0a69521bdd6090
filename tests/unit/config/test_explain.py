"""Every setting of a recipe with its meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from allears.cli.app import main
from allears.config.explain import Setting, explain
from allears.config.load import parse_recipe

RECIPE: dict[str, Any] = {
    "name": "tiny",
    "data": {"train": [{"manifest": "a.jsonl", "split": "train"}]},
    "encoder": {"kind": "cnn-bilstm", "dim": 64},
    "tasks": {"speech": None, "mood": {"kind": "emotion", "classes": ["glad", "sad"]}},
    "optim": {"num_steps": 10, "lr": 1e-3},
}


def _settings(**changed: Any) -> dict[str, Setting]:
    return {setting.key: setting for setting in explain(parse_recipe(RECIPE | changed, "test"))}


def test_what_the_recipe_says_is_told_from_defaults() -> None:
    settings = _settings()
    assert settings["name"] == Setting("name", "tiny", False, settings["name"].text)
    assert settings["optim.num_steps"].value == 10 and not settings["optim.num_steps"].is_default
    assert settings["optim.lr"].is_default, "it says what the default is"
    assert settings["seed"].is_default and settings["data.train.0.where"].is_default
    assert not settings["data.train.0.split"].is_default


def test_options_of_plug_ins_are_settings_too() -> None:
    settings = _settings()
    assert settings["encoder.kind"].value == "cnn-bilstm" and "LSTM" in settings["encoder.kind"].text
    assert settings["encoder.dim"].value == 64 and not settings["encoder.dim"].is_default
    assert settings["encoder.depth"].is_default and settings["encoder.depth"].value == 2
    assert settings["tasks.speech.kind"].value == "speech"
    assert settings["tasks.mood.kind"].value == "emotion" and settings["tasks.mood.classes"].value == ["glad", "sad"]
    assert "balance.tasks" not in settings and "sharing.dim" not in settings, "the program gives those"


def test_every_setting_of_the_schema_has_a_meaning() -> None:
    plugged = ("encoder.", "sharing.", "balance.", "regime.", "tasks.")
    silent = [s.key for s in _settings().values() if not s.text and not s.key.startswith(plugged)]
    assert not silent


def test_a_wrong_option_names_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"encoder\.dimm.*Did you mean 'dim'"):
        _settings(encoder={"kind": "cnn-bilstm", "dimm": 3})


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "name: tiny\ndata: {train: [{manifest: a.jsonl}]}\nencoder: {kind: cnn-bilstm}\ntasks: {speech: }\n"
        "optim: {num_steps: 10}\n"
    )
    assert main(["config", "explain", str(path), "--set", "optim.lr=5e-4"]) == 0
    shown = capsys.readouterr().out
    assert "* optim.lr: 0.0005\n      Peak learning rate" in shown and "  seed: 0\n" in shown
    assert main(["config", "explain", str(path), "--changed", "--json"]) == 0
    assert '"key": "optim.num_steps"' in (shown := capsys.readouterr().out) and '"seed"' not in shown
