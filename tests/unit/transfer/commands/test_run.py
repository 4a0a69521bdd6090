"""The whole way, with the shipped head, features that are noise, and a clock that is not one."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest

from allears.cli.app import main
from allears.commands.grammar import Grammar
from allears.export.graphs import HeadGraph
from allears.runtime.model_folder import ModelFolder
from allears.transfer.commands import lesson, run, write
from allears.transfer.commands.run import Adapted, train_commands
from allears.transfer.commands.voices import Voice

GRAMMAR = {"language": "en", "intents": {"A": {"data": [{"sentences": ["(on|off|up)"]}]}}}
VOICES = [Voice("espeak-ng", f"en-us+{name}") for name in ("f1", "f2", "m1")]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What would be written; sentences are bursts of noise."""
    calls: list[tuple] = []

    def speak(text: str, voice: Voice, how: object) -> np.ndarray:
        return np.random.default_rng(len(text)).normal(0, 0.1, 4_800).astype(np.float32)

    class Ear:
        samples_per_frame = 320

        def __init__(self, folder: ModelFolder, graph: HeadGraph, num_threads: int) -> None:
            assert num_threads == 1
            self.layers = lambda audio: np.zeros((folder.spec.num_layers, 1, 9, folder.spec.dim), np.float32)

        def features(self, audio: np.ndarray) -> np.ndarray:
            return np.random.default_rng(len(audio)).normal(0, 1, (len(audio) // 320 + 1, 512)).astype(np.float32)

    def fit(head: object, lessons: list, num_units: int, progress: Callable[[], float], **_: object) -> tuple:
        shares = list(takewhile(lambda share: share < 1, (progress() for _ in range(10_000))))
        assert shares == sorted(shares)
        return len(shares), 0.5

    monkeypatch.setattr(lesson, "speak", speak)
    monkeypatch.setattr(run, "NUM_TESTED", 4)
    monkeypatch.setattr(run, "FrozenEar", Ear)
    monkeypatch.setattr(run, "fit", fit)
    monkeypatch.setattr(run, "find_voices", lambda language, templates: VOICES)
    monkeypatch.setattr(run, "write_with_head", lambda *args: calls.append(args))
    return calls


def test_from_a_grammar_to_a_folder(written: list, tmp_path: Path) -> None:
    ticks = itertools.count(step=1)  # a second a look at the clock
    told: list[str] = []
    done = train_commands(
        Grammar(GRAMMAR), tmp_path / "out", minutes=2, num_threads=1, now=lambda: float(next(ticks)), tell=told.append
    )
    assert done.num_tested == 4
    assert 50 <= done.num_lessons <= 75, "to 45 % of the time, the first 16 whatever it is"
    assert 60 <= done.num_steps <= 70, "and all that is left"
    assert 0 <= done.before <= 1
    assert done.voice.startswith("espeak-ng")
    ((folder, graph, task, out, note, layers),) = written
    assert (task.name, out) == ("letters", tmp_path / "out")
    assert f"learned {done.num_lessons} sentences" in note
    assert layers.shape[0] == folder.spec.num_layers
    assert not graph.training
    assert len(told) == 3


def test_the_tested_voice_is_not_learned_from() -> None:
    learned, kept = run._apart([*VOICES, Voice("espeak-ng", "en-gb+f1"), Voice("flite", "slt")], random.Random(0))
    assert kept not in learned
    assert all(run._throat(voice) != run._throat(kept) for voice in learned)


@pytest.mark.parametrize(
    ("options", "says"),
    [({"minutes": 0}, "minutes must be above 0"), ({"language": "tlh"}, "none of them spells 'tlh'")],
)
def test_what_cannot_be_done_is_said_at_once(options: dict, says: str, tmp_path: Path) -> None:
    grammar = Grammar(GRAMMAR | {"language": options.pop("language", "en")})
    with pytest.raises(ValueError, match=says):
        train_commands(grammar, tmp_path / "out", **options)


def test_a_folder_that_is_no_model_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(ValueError, match="is not a model folder"):
        write.check_out(tmp_path / "mine", tmp_path)
    (tmp_path / "mine" / "SHA256SUMS").touch()
    with pytest.raises(ValueError, match="is the model itself"):
        write.check_out(tmp_path / "mine", tmp_path / "mine")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    demo = Path(__file__).parents[4] / "docs" / "examples" / "commands.yaml"
    asked: dict = {}

    def fake(grammar: Grammar, out: Path, **options: object) -> Adapted:
        asked.update(options, out=out, language=grammar.language)
        return Adapted(str(out), 500, 300, 0.1, "flite slt", 60, 0.5, 0.9)

    monkeypatch.setattr(run, "train_commands", fake)
    arguments = ["commands", "train", str(demo), "--out", str(tmp_path / "new")]
    assert main([*arguments, "--minutes", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["after"] == 0.9
    assert (asked["minutes"], asked["out"], asked["language"]) == (2.0, tmp_path / "new", "en")
    assert main(arguments) == 0
    assert "50 % before, 90 % after" in capsys.readouterr().out
    (tmp_path / "no-sounds").mkdir()
    assert main([*arguments, "--noise", str(tmp_path / "no-sounds")]) == 2
    assert "no-sounds" in capsys.readouterr().err
