"""The head that hears the encoder's frames and the samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch")

from allears.export.graphs import HeadGraph  # noqa: E402
from allears.export.onnx_files import export_head  # noqa: E402
from allears.export.quantize import quantize  # noqa: E402
from allears.parts.clean_head import CleanHead, run_head  # noqa: E402
from allears.parts.heads import FrameHead  # noqa: E402
from allears.sharing.hard import hard  # noqa: E402
from allears.stft import NUM_BINS  # noqa: E402

DIM, LAYERS = 16, 3


@pytest.fixture(scope="module")
def head() -> CleanHead:
    torch.manual_seed(0)
    return CleanHead(DIM, hidden=32).eval()


def sound(num_clips: int, num_frames: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    features = torch.randn(num_clips, num_frames, DIM, generator=generator)
    audio = 0.1 * torch.randn(num_clips, num_frames * 320, generator=generator)
    return features, torch.full((num_clips,), num_frames), audio


def test_two_spectrum_frames_an_encoder_frame(head: CleanHead) -> None:
    features, num_frames, audio = sound(2, 7)
    assert head(features, num_frames, audio).shape == (2, 7, 2 * NUM_BINS)


def test_it_hears_the_samples_and_the_frames_but_not_how_loud_it_is(head: CleanHead) -> None:
    features, num_frames, audio = sound(1, 20)
    with torch.no_grad():
        said = head(features, num_frames, audio)
        torch.testing.assert_close(head(features, num_frames, 0.01 * audio), said, atol=1e-3, rtol=0)
        assert float((head(features, num_frames, audio.flip(1)) - said).abs().max()) > 0.1
        assert float((head(features.flip(1), num_frames, audio) - said).abs().max()) > 0.1


def test_what_lies_past_a_clip_changes_nothing(head: CleanHead) -> None:
    features, _, audio = sound(1, 20)
    count = torch.tensor([14])
    audio[:, 14 * 320 :] = 0.0
    with torch.no_grad():
        alone = head(features[:, :14], count, audio[:, : 14 * 320])
        torch.testing.assert_close(head(features, count, audio)[:, :14], alone, atol=1e-4, rtol=0)


def test_silence_is_heard_without_a_fault(head: CleanHead) -> None:
    features, num_frames, audio = sound(1, 5)
    assert torch.isfinite(head(features, num_frames, 0 * audio)).all()


def test_any_head_can_be_run_with_samples(head: CleanHead) -> None:
    features, num_frames, audio = sound(1, 5)
    plain = FrameHead(DIM, 3).eval()
    assert torch.equal(run_head(plain, features, num_frames, audio), plain(features, num_frames))
    assert torch.equal(run_head(head, features, num_frames, audio), head(features, num_frames, audio))


@pytest.mark.parametrize("frames, samples", [(12, 12 * 320), (65, 15 * 320 - 77), (51, 1)])
def test_the_exported_file_says_the_same(head: CleanHead, exported: Path, frames: int, samples: int) -> None:
    layers, audio = torch.randn(LAYERS, 1, frames, DIM), 0.1 * torch.randn(1, samples)
    with torch.no_grad():
        wanted = _graph(head)(layers, audio).numpy()
    for file, most in (("fp32.onnx", 1e-3), ("int8.onnx", 0.5)):
        session = ort.InferenceSession(str(exported / file), providers=["CPUExecutionProvider"])
        (given,) = session.run(["output"], {"layers": layers.numpy(), "audio": audio.numpy()})
        assert given.shape == (1, frames, 2 * NUM_BINS)
        assert float(np.abs(given - wanted).max()) < most * max(1.0, float(wanted.std()))


def test_the_file_keeps_its_basis_in_16_bit(exported: Path) -> None:
    weights = sum(p.numel() for p in CleanHead(DIM, hidden=32).parameters())
    basis = 511 * NUM_BINS
    assert (exported / "fp32.onnx").stat().st_size < 4 * weights + 2 * basis + 60_000
    names = {one.name for one in onnx.load(exported / "int8.onnx").graph.initializer}
    assert any("cosines" in name for name in names) and not any("cosines_quantized" in name for name in names)


def _graph(head: CleanHead) -> HeadGraph:
    torch.manual_seed(2)
    return HeadGraph(hard(reads={"clean": "mix"}, dim=DIM, num_layers=LAYERS), head, "clean")


@pytest.fixture(scope="module")
def exported(head: CleanHead, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("head")
    export_head(_graph(head), LAYERS, DIM, folder / "fp32.onnx")
    quantize(folder / "fp32.onnx", folder / "int8.onnx")
    return folder
