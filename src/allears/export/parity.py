"""Does the exported file say what the network said? One row a head: torch against ONNX in fp32 and in int8.

In: the trained model, clips, and two folders that `pack` wrote. Out: rows with the largest difference of the outputs
relative to their spread, and the share of answers that stay the same.

Letters: B clips, S samples, L layers, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor

from allears.decode.greedy import Step, write_greedily
from allears.decode.guards import token_budget
from allears.decode.transcript import TranscriptDecoder
from allears.encoders.base import Encoder, Hidden
from allears.model import MultiTaskModel
from allears.parts.attention_decoder import AttentionDecoder, Cache
from allears.parts.clean_head import run_head
from allears.spec import METADATA_KEY, ModelSpec, Resolution
from allears.vocabulary import LANGUAGES

__all__ = ["ParityRow", "compare"]


@dataclass(frozen=True)
class ParityRow:
    """How near a file is to the network it was made from.

    Attributes:
        part: `encoder` or the name of a task.
        file: folder the file is in.
        worst: largest absolute difference of an output / standard deviation of the network's outputs.
        mean: mean absolute difference, likewise.
        same: share of answers that agree: likeliest class, speech or not of a frame, whole transcript, or the mean
            cosine of embeddings; None for the encoder.
    """

    part: str
    file: str
    worst: float
    mean: float
    same: float | None


def compare(model: MultiTaskModel, audios: Sequence[np.ndarray], folders: Sequence[Path]) -> list[ParityRow]:
    """Rows for the encoder and every exported task of each folder, over clips (S,)."""
    model.eval()
    rows = []
    for folder in folders:
        session = _open(folder / "encoder.onnx")
        spec = ModelSpec.from_json(session.get_modelmeta().custom_metadata_map[METADATA_KEY])
        layers = [session.run(["layers"], {"audio": audio[None]})[0] for audio in audios]
        with torch.no_grad():
            truth = [cast(Encoder, model.encoder)(torch.from_numpy(audio)[None]).layers for audio in audios]
        rows.append(_row("encoder", folder, [t.numpy() for t in truth], layers, None))
        for task in spec.tasks:
            if task.name not in model.tasks:
                continue
            if task.resolution is Resolution.TEXT:
                durations_s = [len(audio) / spec.sample_rate for audio in audios]
                rows.append(_transcripts(model, folder, spec, task.name, truth, layers, durations_s))
            else:
                rows.append(_head(model, folder, task.name, task.resolution, truth, layers, audios))
    return rows


def _open(path: Path) -> ort.InferenceSession:
    return ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def _row(
    part: str, folder: Path, truth: Sequence[np.ndarray], given: Sequence[np.ndarray], same: float | None
) -> ParityRow:
    spread = float(np.std(np.concatenate([t.ravel() for t in truth]))) or 1.0
    gaps = [np.abs(t - g) for t, g in zip(truth, given, strict=True)]
    mean = float(np.mean([gap.mean() for gap in gaps]))
    return ParityRow(part, folder.name, float(max(gap.max() for gap in gaps)) / spread, mean / spread, same)


def _features(model: MultiTaskModel, layers: Tensor, task: str) -> tuple[Tensor, Tensor]:
    features = cast(Any, model.sharing)(Hidden(layers, None), [task])[task]
    return features, torch.tensor([features.shape[1]])


def _head(
    model: MultiTaskModel,
    folder: Path,
    task: str,
    resolution: Resolution,
    truth: Sequence[Tensor],
    layers: Sequence[np.ndarray],
    audios: Sequence[np.ndarray],
) -> ParityRow:
    session = _open(folder / f"{task}.onnx")
    takes_audio = "audio" in {given.name for given in session.get_inputs()}
    feeds = [{"layers": x} | ({"audio": a[None]} if takes_audio else {}) for x, a in zip(layers, audios, strict=True)]
    given = [session.run(["output"], feed)[0] for feed in feeds]
    with torch.no_grad():
        wanted = [
            run_head(model.heads[task], *_features(model, x, task), torch.from_numpy(a)[None]).numpy()
            for x, a in zip(truth, audios, strict=True)
        ]
    return _row(task, folder, wanted, given, _agreement(wanted, given, resolution))


def _agreement(wanted: Sequence[np.ndarray], given: Sequence[np.ndarray], resolution: Resolution) -> float:
    if resolution is Resolution.FRAME:
        agrees = [((w > 0) == (g > 0)).ravel() for w, g in zip(wanted, given, strict=True)]
        return float(np.mean(np.concatenate(agrees)))
    if all(abs(float(np.linalg.norm(w)) - 1.0) < 1e-3 for w in wanted):  # embeddings
        return float(np.mean([float((w * g).sum()) for w, g in zip(wanted, given, strict=True)]))
    return float(np.mean([w.argmax() == g.argmax() for w, g in zip(wanted, given, strict=True)]))


def _transcripts(
    model: MultiTaskModel,
    folder: Path,
    spec: ModelSpec,
    task: str,
    truth: Sequence[Tensor],
    layers: Sequence[np.ndarray],
    durations_s: Sequence[float],
) -> ParityRow:
    """First-step logits, and the share of clips with the same transcript, token for token, under the same guards."""
    decoder = TranscriptDecoder(folder, spec.task(task), spec, num_threads=0)
    vocabulary = decoder.vocabulary
    wanted, given, same = [], [], []
    for x, y, duration_s in zip(truth, layers, durations_s, strict=True):
        with torch.no_grad():
            features = _features(model, x, task)[0]
        step, cache = _torch_step(cast(Any, model.heads[task]).decoder, features)
        first, _, cache = step([vocabulary.start], cache)
        started = decoder.start(y)
        language = int(first[-1, vocabulary.first_language : vocabulary.translate].argmax())
        prompt = [vocabulary.first_language + language, decoder.asks, vocabulary.no_timestamps]
        said = write_greedily(step, prompt, cache, vocabulary, token_budget(duration_s)).tokens
        code = max(started.language_probabilities, key=lambda code: started.language_probabilities[code])
        wanted.append(first)
        given.append(started.first_logits)
        same.append(code == LANGUAGES[language] and said == decoder.write(started, code, duration_s).tokens)
    return _row(task, folder, wanted, given, float(np.mean(same)))


def _torch_step(decoder: AttentionDecoder, features: Tensor) -> tuple[Step, Cache]:
    """The network itself, as `write_greedily` wants it, and its empty cache for features (1, T, D)."""

    @torch.no_grad()
    def step(tokens: Sequence[int], cache: Cache) -> tuple[np.ndarray, np.ndarray, Cache]:
        logits, grown = decoder.step(torch.tensor([list(tokens)]), cache)
        return logits[0].numpy(), np.zeros((1, len(tokens), 1), np.float32), grown

    with torch.no_grad():
        return step, decoder.start(features)
