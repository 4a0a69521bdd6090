"""Encoders of Hugging Face with tiny random weights: against `transformers` itself, alone and beside longer clips."""

from __future__ import annotations

import builtins
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers", reason="needs transformers, of the extra `test`")

from allears.encoders.hf import hf  # noqa: E402
from allears.encoders.whisper import WhisperEncoder  # noqa: E402
from allears.export.onnx_files import export_encoder  # noqa: E402
from allears.transfer.freeze import freeze  # noqa: E402

SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "conv_dim": (8,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
    "vocab_size": 32,
}
LARGE = {"feat_extract_norm": "layer", "do_stable_layer_norm": True, "conv_bias": True}
WHISPER: dict[str, Any] = {
    "model_type": "whisper",
    "d_model": 16,
    "encoder_layers": 2,
    "encoder_attention_heads": 2,
    "encoder_ffn_dim": 24,
    "num_mel_bins": 128,
}
KINDS = ("wav2vec2", "hubert", "wavlm")
WAVEFORM = [
    pytest.param(kind, extra, id=f"{kind}-{'large' if extra else 'base'}") for kind in KINDS for extra in ({}, LARGE)
]


def _folder(path: Path, kind: str, extra: dict[str, Any], *, do_normalize: bool = True) -> tuple[Path, Any]:
    """A folder as Hugging Face writes them, and the model that is in it."""
    torch.manual_seed(0)
    config = transformers.AutoConfig.for_model(kind, **SIZES, **extra)
    model = transformers.AutoModel.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():  # as they are made, biases are 0 and faults would hide
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    model.save_pretrained(path)
    said = {"do_normalize": do_normalize, "sampling_rate": 16_000}
    (path / "preprocessor_config.json").write_text(json.dumps(said))
    return path, model


@torch.no_grad()
@pytest.mark.parametrize(("kind", "extra"), WAVEFORM)
def test_frames_in_a_batch_are_those_of_transformers_for_the_clip_alone(
    tmp_path: Path, kind: str, extra: dict[str, Any]
) -> None:
    folder, reference = _folder(tmp_path, kind, extra)
    encoder = hf(model=str(folder)).eval()
    counts = torch.tensor([8_000, 5_555])
    audio = 0.3 + 0.1 * torch.randn(2, 9_000)  # off zero: what normalising takes away
    for row, count in enumerate(counts.tolist()):
        audio[row, count:] = 0
    both = encoder(audio, counts)
    assert both.num_frames.tolist() == encoder.num_frames(counts).tolist() == [24, 17]
    processor = transformers.Wav2Vec2FeatureExtractor(do_normalize=True)
    for row, count in enumerate(counts.tolist()):
        heard = processor(audio[row, :count].numpy(), sampling_rate=16_000, return_tensors="pt").input_values
        said = reference(heard, output_hidden_states=True)
        truth = torch.stack([*said.hidden_states[:-1], said.last_hidden_state])[:, 0]
        found = both.layers[:, row, : both.num_frames[row]]
        assert found.shape == truth.shape == (encoder.num_layers, both.num_frames[row], encoder.dim)
        torch.testing.assert_close(found, truth, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(encoder(audio[row : row + 1, :count]).layers[:, 0], truth, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_what_the_masked_norm_is_there_for(tmp_path: Path) -> None:
    """`transformers` itself changes a clip by what lies beside it, if the first norm is over time."""
    _, reference = _folder(tmp_path, "wav2vec2", {})
    audio = 0.1 * torch.randn(1, 5_000)
    alone = reference(audio).last_hidden_state
    padded = torch.nn.functional.pad(audio, (0, 11_000))
    mask = (torch.arange(16_000) < 5_000).long()[None]
    beside = reference(padded, attention_mask=mask).last_hidden_state[:, : alone.shape[1]]
    assert (beside - alone).abs().max() > 1e-2


@torch.no_grad()
def test_a_clip_shorter_than_a_window_is_one_frame() -> None:
    encoder = hf(config={"model_type": "wavlm", **SIZES}).eval()
    audio, counts = torch.zeros(2, 3_000), torch.tensor([3_000, 100])
    audio[0], audio[1, :100] = 0.1 * torch.randn(3_000), 0.1 * torch.randn(100)
    both, alone = encoder(audio, counts), encoder(audio[1:, :100])
    assert both.num_frames.tolist() == [9, 1] and alone.layers.shape[2] == 1
    torch.testing.assert_close(both.layers[:, 1:, :1], alone.layers, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("said", "asked", "truth"), [(False, None, False), (True, None, True), (False, True, True)])
def test_normalising_is_the_processors_business(tmp_path: Path, said: bool, asked: bool | None, truth: bool) -> None:
    folder, _ = _folder(tmp_path, "hubert", {}, do_normalize=said)
    encoder = hf(model=str(folder), is_normalised=asked).eval()
    audio = 0.1 * torch.randn(1, 2_000)
    with torch.no_grad():
        gap = (encoder(audio).layers - encoder(0.2 + 3 * audio).layers).abs().max()
    assert encoder.is_normalised is truth
    assert bool(gap < 1e-3) is truth


def test_a_folder_without_a_processor_is_warned_of(tmp_path: Path, caplog: Any) -> None:
    folder, _ = _folder(tmp_path, "wav2vec2", {})
    (folder / "preprocessor_config.json").unlink()
    with caplog.at_level(logging.WARNING):
        assert hf(model=str(folder)).is_normalised
    assert "has no preprocessor_config.json" in caplog.text


def test_training_repeats_itself(tmp_path: Path) -> None:
    """Neither SpecAugment nor LayerDrop: one seed of torch gives one result, and every layer takes part."""
    encoder = hf(config={"model_type": "wav2vec2", **SIZES, "layerdrop": 0.9}).train()
    audio, counts = 0.1 * torch.randn(1, 8_000), torch.tensor([8_000])
    losses = []
    for _ in range(2):
        torch.manual_seed(5)
        losses.append(encoder(audio, counts).layers.square().sum())
    assert torch.equal(*losses)
    losses[0].backward()
    without = [name for name, p in encoder.named_parameters() if p.grad is None]
    assert without == []


@pytest.mark.parametrize(("kind", "extra"), WAVEFORM)
def test_freezing_takes_everything_below(kind: str, extra: dict[str, Any]) -> None:
    encoder = hf(config={"model_type": kind, **SIZES, **extra}).train()
    audio, counts = 0.1 * torch.randn(1, 2_000), torch.tensor([2_000])
    assert freeze(encoder, "lower 1") > 0
    layers = encoder(audio, counts).layers
    assert torch.equal(layers[:2], encoder(audio, counts).layers[:2])  # no dropout in what is frozen
    trained = {".".join(name.split(".")[:3]) for name, p in encoder.named_parameters() if p.requires_grad}
    assert trained == {"encoder.layers.1"} | (
        {"encoder.layer_norm.weight", "encoder.layer_norm.bias"} if extra else set()
    )
    fresh = hf(config={"model_type": kind, **SIZES, **extra})
    assert freeze(fresh, "conv") == sum(p.numel() for p in fresh.feature_extractor.parameters())


@torch.no_grad()
def test_whisper_is_ours_with_the_sizes_of_the_config(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = transformers.AutoConfig.for_model(
        **WHISPER, decoder_layers=1, decoder_ffn_dim=16, decoder_attention_heads=2
    )
    reference = transformers.WhisperForConditionalGeneration(config).eval()
    reference.save_pretrained(tmp_path)
    padded = hf(model=str(tmp_path), is_padded=True, tail_s=0.0).eval()
    assert isinstance(padded, WhisperEncoder) and (padded.dim, padded.num_layers) == (16, 3)
    audio = 0.1 * torch.randn(1, 16_000)
    extractor = transformers.WhisperFeatureExtractor(feature_size=128)
    heard = extractor(audio[0].numpy(), sampling_rate=16_000, return_tensors="pt").input_features
    truth = reference.model.encoder(heard).last_hidden_state[:, :50]
    torch.testing.assert_close(padded(audio).layers[-1], truth, atol=1e-3, rtol=1e-3)
    longer = padded(torch.nn.functional.pad(audio, (0, 4_000)), torch.tensor([16_000]))
    assert longer.num_frames.tolist() == [50]
    torch.testing.assert_close(longer.layers[-1, :, :50], truth, atol=1e-3, rtol=1e-3)
    fresh = hf(config=WHISPER)
    assert (fresh.tail_s, fresh.is_padded, fresh.num_layers) == (1.0, False, 3)


@torch.no_grad()
@pytest.mark.slow
@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param({"model_type": "hubert", **SIZES, **LARGE}, id="hubert-large"),
        pytest.param({"model_type": "wavlm", **SIZES}, id="wavlm-base"),
        pytest.param(WHISPER, id="whisper-padded"),
    ],
)
def test_exported_with_any_length_it_gives_the_same(sizes: dict[str, Any], tmp_path: Path) -> None:
    """wav2vec2 and whisper without padding are in `tests/contracts/test_encoders.py`."""
    encoder = hf(config=sizes, is_padded=True if sizes is WHISPER else None).eval()
    export_encoder(encoder, tmp_path / "encoder.onnx")
    session = ort.InferenceSession(tmp_path / "encoder.onnx", providers=["CPUExecutionProvider"])
    for num_samples in (1_600, 12_345, 40_001):
        audio = 0.1 * torch.randn(1, num_samples)
        (found,) = session.run(["layers"], {"audio": audio.numpy()})
        np.testing.assert_allclose(found, encoder(audio).layers.numpy(), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give `model` .* or `config`"),
        ({"model": "a/b", "config": {"model_type": "wavlm"}}, "one of the two"),
        ({"config": {"model_type": "bert"}}, "model_type is 'bert', allowed are hubert, wav2vec2, wavlm, whisper"),
        ({"config": {"model_type": "wavlm"}, "tail_s": 1.0}, "tail_s is no option of wavlm"),
        ({"config": WHISPER, "is_normalised": True}, "is_normalised is no option of whisper"),
        ({"model": "./nowhere"}, "no folder ./nowhere"),
        ({"model": "nowhere"}, "no folder nowhere"),
        ({"config": {**WHISPER, "max_source_positions": 100}}, "max_source_positions is 100"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hf(**options)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    folder, _ = _folder(tmp_path, "wav2vec2", {})
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    with pytest.raises(ValueError, match=r"lacks \d+ tensors.*encoder.layers.2"):
        hf(model=str(folder))
    (folder / "preprocessor_config.json").write_text('{"sampling_rate": 8000}')
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="hears 8000 Hz"):
        hf(model=str(folder))


def test_without_the_extra_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "transformers":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ValueError, match=r"pip install 'allears\[hf\]'"):
        hf(config={"model_type": "wavlm"})
