"""What is searched is checked before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.tune.space import Knob, find_space, read_space


def _read(tmp_path: Path, text: str) -> tuple[Knob, ...]:
    path = tmp_path / "a.tune.yaml"
    path.write_text(text)
    return read_space(path)


def test_lists_ranges_and_conditions(tmp_path: Path) -> None:
    knobs = _read(
        tmp_path,
        """
        tune:
          balance.weights.speech: {low: 0.1, high: 10, log: true, when: {balance.kind: fixed}}
          balance.kind: [fixed, uncertainty]
          optim.lr: {low: 1e-4, high: 1e-2, log: true}
          encoder.dim: {low: 64, high: 256, step: 64}
          sharing: [{kind: hard}, {kind: mmoe, num_experts: 4}]
        """,
    )
    by_path = {knob.path: knob for knob in knobs}
    assert knobs[-1].path == "balance.weights.speech"  # after what it waits for
    assert by_path["balance.weights.speech"].when == {"balance.kind": ("fixed",)}
    assert by_path["balance.kind"].choices == ('"fixed"', '"uncertainty"')
    assert by_path["sharing"].choices[1] == '{"kind": "mmoe", "num_experts": 4}'
    assert (by_path["optim.lr"].low, by_path["optim.lr"].is_log, by_path["optim.lr"].is_whole) == (1e-4, True, False)
    assert (by_path["encoder.dim"].step, by_path["encoder.dim"].is_whole) == (64, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "nothing to search"),
        ("optim.lr: 3", "a list of values, or low and high"),
        ("optim.lr: {low: 1}", "the numbers low and high"),
        ("optim.lr: {low: 2, high: 1}", "low must be below high"),
        ("optim.lr: {low: 0, high: 1, log: true}", "low above 0"),
        ("optim.lr: {low: 1, high: 2, lgo: true}", "has lgo: allowed are choices, high"),
        ("optim.lr: {low: a, high: 2}", "the numbers low and high"),
        ("optim.lr: {low: 1, high: 4, step: -1}", "above 0"),
        ("balance.kind: []", "one or more values"),
        ("balance.kind: [fixed, fixed]", "twice"),
        ("- a", "mapping of settings"),
    ],
)
def test_what_makes_no_sense_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _read(tmp_path, text)


def test_the_space_lies_beside_the_recipe(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"tiny\.tune\.yaml"):
        find_space(tmp_path / "tiny.yaml")
    (tmp_path / "tiny.tune.yaml").write_text("optim.lr: [1, 2]")
    assert find_space(tmp_path / "tiny.yaml") == tmp_path / "tiny.tune.yaml"
