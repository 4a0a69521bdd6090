"""A CTC head that begins as the end of the text decoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

import allears
from allears.audio import read_audio
from allears.decode.spelling import join, read_best_path
from allears.export.graphs import HeadGraph
from allears.export.onnx_files import export_head
from allears.parts.decoder_pieces import choose_pieces
from allears.parts.readout import ReadoutHead
from allears.parts.readout_start import start_readout, vocabulary_of
from allears.parts.spelling import SpellingHead, SpellingTarget, ctc_loss
from allears.runtime.model_folder import DEFAULT_MODEL, ModelFolder
from allears.runtime.parts import Parts
from allears.sharing.hard import hard
from allears.spec import Resolution, TaskSpec
from allears.tasks.ctc import ctc
from allears.transfer.from_onnx import spelling_head

ASSETS = Path(allears.__file__).parent / "assets"
SAID = "good evening the train to the mountains leaves at please remember to bring a warm coat"
OTHERS = (
    "bread window yellow music seven hundred people never walked under green river stone because their small house had "
    "nothing behind every old door where she found water light paper king doctor table morning between another number"
)


def test_it_says_words_before_it_learned_anything() -> None:
    """With nothing but the weights of the text decoder, frame by frame."""
    folder = ModelFolder(DEFAULT_MODEL)
    names = ("", *choose_pieces([SAID, OTHERS], vocabulary_of(folder.path), least=1))
    head = ReadoutHead(512, len(names), hidden=8).eval()
    start_readout(head, names, folder.path)
    layers = torch.from_numpy(Parts(folder, num_threads=1).encode(read_audio(ASSETS / "demo.flac")))
    with torch.no_grad():
        scores = head(layers[-1], torch.tensor([layers.shape[2]]))[0].numpy()
    heard = set(join(read_best_path(scores, 0.04), names).split())
    assert len(heard & set(SAID.split())) >= 6
    assert len(heard & set(OTHERS.split())) <= 1


def test_what_lies_past_a_clip_changes_nothing_and_two_frames_are_one_score() -> None:
    torch.manual_seed(0)
    head = ReadoutHead(8, 5, hidden=6).eval()
    torch.nn.init.normal_(head.context.weight)
    short, long = torch.randn(1, 7, 8), torch.randn(1, 12, 8)
    with torch.no_grad():
        alone = head(short, torch.tensor([7]))
        both = torch.cat([torch.nn.functional.pad(short, (0, 0, 0, 5), value=9.0), long])
        together = head(both, torch.tensor([7, 12]))
    assert alone.shape == (1, 4, 5)
    assert together.shape == (2, 6, 5)
    assert torch.allclose(together[0, :4], alone[0], atol=1e-5)


def test_it_is_exported_and_comes_back(tmp_path: Path) -> None:
    torch.manual_seed(0)
    body = SpellingHead(8, 5, body="readout", hidden=8)
    graph = HeadGraph(hard(reads={"ctc": "last"}, dim=8, num_layers=3), body, "ctc").eval()
    for parameter in graph.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    path = tmp_path / "ctc.onnx"
    export_head(graph, 3, 8, path)
    layers = torch.randn(3, 1, 13, 8)
    task = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc", "stride": 2}, ("", "\u2581a", "b", "c", "d"), "ctc.onnx")
    back = spelling_head(path, task, 3, 8)
    with torch.no_grad():
        wanted = graph(layers).numpy()
        assert np.allclose(back(layers).numpy(), wanted, atol=1e-5)
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = session.run(["output"], {"layers": layers.numpy()})[0]
    assert given.shape == (1, 7, 5)
    assert np.abs(given - wanted).max() < 0.15 * np.abs(wanted).max()  # int8


def test_what_does_not_fit_is_told() -> None:
    head = ReadoutHead(8, 3, hidden=4)
    with pytest.raises(ValueError, match="512 wide and the encoder 8"):
        start_readout(head, ("", "\u2581the", "\u2581a"), DEFAULT_MODEL)
    with pytest.raises(ValueError, match="1 units are no tokens of the decoder"):
        start_readout(ReadoutHead(512, 3, hidden=4), ("", "\u2581the", "\u2581zzzzzz"), DEFAULT_MODEL)
    with pytest.raises(ValueError, match="once in two frames"):
        SpellingHead(8, 3, per_frame=2, body="readout", hidden=4)


@torch.no_grad()
def test_some_units_stand_for_all_of_them_while_it_trains() -> None:
    torch.manual_seed(0)
    head = SpellingHead(16, 60, body="readout", hidden=4)
    for module in head.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    assert isinstance(head.body, ReadoutHead)
    torch.nn.init.zeros_(head.body.blank.bias)
    counts = torch.tensor([60, 40])
    frames = torch.randn(2, 60, 16)
    columns = torch.tensor([0, 3, 7])
    assert torch.allclose(head(frames, counts)[..., columns], head(frames, counts, columns), atol=1e-5)

    target = SpellingTarget(torch.tensor([[3, 7, 3], [9, 0, 0]]), torch.tensor([3, 1]), counts, ("", ""))
    truth = ctc_loss(60, 2)(head, frames, counts, target)
    drawn = torch.stack([ctc_loss(60, 2, 15)(head, frames, counts, target) for _ in range(60)])
    assert float(drawn.std(0).min()) > 0
    assert torch.allclose(drawn.mean(0), truth, rtol=0.02)
    assert torch.allclose(ctc_loss(60, 2, 1_000)(head, frames, counts, target), truth, atol=1e-4)
    assert torch.equal(ctc_loss(60, 2, 15)(head.eval(), frames, counts, target), truth)


def test_a_sample_is_for_readouts() -> None:
    with pytest.raises(ValueError, match="sample: 5 with body: conv"):
        ctc(units=("ab",), sample=5)
