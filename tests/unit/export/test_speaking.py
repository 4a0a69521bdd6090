"""The folder that speaks gives what the network gives, for any sentence, and its numbers are where they should be."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.encoders.text import TextEncoder  # noqa: E402
from allears.export.folder import CHECKSUMS  # noqa: E402
from allears.export.half import halve_weights  # noqa: E402
from allears.export.speaking import export_acoustic, export_pronounce, export_vocoder, pack_voice  # noqa: E402
from allears.export.speaking_graphs import FramesGraph, LettersGraph, ProsodyGraph  # noqa: E402
from allears.model import MultiTaskModel  # noqa: E402
from allears.sharing import SHARINGS  # noqa: E402
from allears.tasks import TASKS  # noqa: E402
from allears.vocoder.network import VocoderNet  # noqa: E402
from allears.voice_frames import BINS, NUM_MELS  # noqa: E402
from allears.voice_spec import SpeakingVoice, VoiceSpec  # noqa: E402

SPEC = VoiceSpec("tiny", 24_000, 300, 1_200, 80, ("", *"abc"), ("", *"xyz"), ("en-US",), (SpeakingVoice("v", "en-US"),))
KINDS = {kind: kind for kind in ("duration", "pitch", "energy", "spectrum")}


def _model(folder: Path) -> MultiTaskModel:
    torch.manual_seed(0)
    (folder / "voice.json").write_text(SPEC.to_json(), encoding="utf-8")
    options = {"spectrum": {"width": 8, "depth": 1, "num_heads": 2, "kernel": 3}}
    options |= {"pronounce": {"spec": str(folder / "voice.json"), "hidden": 8}}
    tasks = {name: TASKS[name](**options.get(name, {"hidden": 8})) for name in (*KINDS, "pronounce")}
    encoder = TextEncoder(dim=16, depth=1, num_heads=2, condition_dim=4)
    reads = {name: task.reads for name, task in tasks.items()}
    sharing = SHARINGS["hard"](reads=reads, dim=16, num_layers=encoder.num_layers)
    return MultiTaskModel(encoder, sharing, tasks).eval()


def _open(path: Path) -> ort.InferenceSession:
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.slow
@torch.no_grad()
def test_sentences_of_any_length_give_the_frames_that_torch_gives(tmp_path: Path) -> None:
    model = _model(tmp_path)
    export_acoustic(model, KINDS, tmp_path / "acoustic.onnx")
    session = _open(tmp_path / "acoustic.onnx")
    first, second = ProsodyGraph(model, KINDS), FramesGraph(model.heads["spectrum"])
    one = torch.zeros(1, dtype=torch.int64)
    for count, speed, pitch in ((2, 1.0, 0.0), (5, 0.4, -3.0), (31, 2.0, 5.0)):
        phones = torch.randint(0, 4, (1, count))
        features, prosody, durations = first(phones, one, one, torch.tensor([speed]), torch.tensor([pitch]))
        mel, f0 = second(features, prosody, durations, torch.arange(int(durations.sum())))
        feeds = {"phones": phones.numpy(), "voice": one.numpy(), "dialect": one.numpy()}
        feeds |= {"speed": np.array([speed], np.float32), "pitch": np.array([pitch], np.float32)}
        found = session.run(["mel", "f0", "durations"], feeds)
        assert found[2].tolist() == durations.tolist()
        assert found[0].shape == (1, int(durations.sum()), NUM_MELS)
        np.testing.assert_allclose(found[0], mel.numpy(), atol=1e-3)
        np.testing.assert_allclose(found[1], f0.numpy(), rtol=1e-3, atol=1e-2)


@torch.no_grad()
def test_slower_is_longer_and_higher_is_higher(tmp_path: Path) -> None:
    model, one = _model(tmp_path), torch.zeros(1, dtype=torch.int64)
    for head in ("duration", "pitch"):
        torch.nn.init.constant_(model.heads[head].out.bias, 2.0)  # 7 frames a phone, all of them voiced
    graph, phones = ProsodyGraph(model, KINDS), torch.randint(1, 4, (1, 9))
    _, prosody, durations = graph(phones, one, one, torch.ones(1), torch.zeros(1))
    _, high, long = graph(phones, one, one, torch.tensor([0.5]), torch.tensor([12.0]))
    assert durations.sum() * 1.8 < long.sum() < durations.sum() * 2.2
    octave = (high - prosody)[..., 0]
    torch.testing.assert_close(octave, torch.full_like(octave, float(np.log(2)) / 0.35))


@pytest.mark.slow
@torch.no_grad()
def test_words_are_spelt_and_spectra_are_made_as_torch_does(tmp_path: Path) -> None:
    model, net = _model(tmp_path), VocoderNet(width=8, depth=1)
    export_pronounce(model, "pronounce", SPEC, tmp_path / "pronounce.onnx")
    letters, dialect = torch.tensor([[1, 3, 2, 1]]), torch.zeros(1, dtype=torch.int64)
    (said,) = _open(tmp_path / "pronounce.onnx").run(None, {"letters": letters.numpy(), "dialect": dialect.numpy()})
    assert said.shape == (1, 4 * 3, 4)
    np.testing.assert_allclose(said, LettersGraph(model, "pronounce", 4, 4)(letters, dialect).numpy(), atol=1e-4)
    export_vocoder(net, tmp_path / "vocoder.onnx")
    given = [torch.randn(1, 9, NUM_MELS), torch.full((1, 9), 100.0), *torch.randn(2, 1, 9, 2, BINS)]
    names = ("mel", "f0", "harmonic", "noise")
    (made,) = _open(tmp_path / "vocoder.onnx").run(None, {n: x.numpy() for n, x in zip(names, given, strict=True)})
    np.testing.assert_allclose(made, net(*given).numpy(), rtol=1e-3, atol=1e-3)


@pytest.mark.slow
@torch.no_grad()
def test_half_the_file_says_nearly_the_same(tmp_path: Path) -> None:
    net, path = VocoderNet(width=16, depth=1), tmp_path / "vocoder.onnx"
    export_vocoder(net, path)
    feeds = {"mel": np.full((1, 4, NUM_MELS), -3, np.float32), "f0": np.full((1, 4), 90, np.float32)}
    feeds |= {name: np.ones((1, 4, 2, BINS), np.float32) for name in ("harmonic", "noise")}
    before, size = _open(path).run(None, feeds)[0], path.stat().st_size
    assert halve_weights(path) > 3
    assert path.stat().st_size < 0.6 * size
    np.testing.assert_allclose(_open(path).run(None, feeds)[0], before, rtol=2e-2)


def test_a_run_without_the_tasks_of_a_voice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from allears.config.load import load_recipe
    from allears.export import speaking

    for name in ("ALLEARS_DATA", "ALLEARS_WORK"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "taught").mkdir()
    (tmp_path / "taught" / "voice.json").write_text(SPEC.to_json(), encoding="utf-8")
    recipe = load_recipe(Path(__file__).parents[3] / "recipes" / "voice" / "acoustic.yaml")
    monkeypatch.setattr(speaking, "find_checkpoint", lambda run: run)
    monkeypatch.setattr(speaking, "read_checkpoint", lambda run: {"recipe": {}})
    lexicon = tmp_path / "lexicon-en-GB.txt.xz"
    lexicon.write_bytes(lzma.compress(b"a\tb\n"))
    monkeypatch.setattr(speaking, "parse_recipe", lambda *_: recipe)
    with pytest.raises(ValueError, match=r"wanted: \['lexicon-en-US.txt.xz'\]"):
        pack_voice("run", "vocoder", [lexicon], tmp_path / "out")
    fewer = recipe.model_copy(update={"tasks": {"duration": recipe.tasks["duration"]}})
    monkeypatch.setattr(speaking, "parse_recipe", lambda *_: fewer)
    with pytest.raises(ValueError, match="no task pitch, energy, spectrum, pronounce"):
        pack_voice("run", "vocoder", [], tmp_path / "out")
    assert not (tmp_path / "out" / CHECKSUMS).exists()
