"""What a run can do: errors on the target's clips, and on languages that nobody adapted it to.

In: the folder of a run, or None for the model as it is. Out: numbers. Adapted models are heard as a user hears them:
int8, `Session` with the adapter on, the language told. A model from scratch is measured in torch (best path of CTC).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np

from adapting.targets import OLD, Target
from allears import Session
from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip, read_manifest
from allears.runtime.model_folder import ModelFolder
from allears.scoring.rates import text_error
from allears.texts import plain_words
from allears.train.checkpoint import load_model
from allears.train.measure import measure
from allears.transfer.adapter_file import write_adapter
from common.run import write_json
from common.stats import bootstrap

__all__ = ["ADAPTER", "measure_adapted", "measure_scratch", "rates_of", "write_run_adapter"]

ADAPTER = "adapter.npz"
Texts = list[tuple[str, str]]
"""(what was said, what was written), a clip each."""


def write_run_adapter(run: Path, model: Path, task: str) -> Path:
    """The adapter of a finished run; what was learned beside the task is left out, since both share one file."""
    learned = load_model(run)
    for other in set(learned.tasks) - {task}:
        del learned.tasks[other], learned.heads[other]
    write_adapter(run / ADAPTER, ModelFolder(model), learned, run.parent.name)
    return run / ADAPTER


def measure_adapted(
    target: Target, manifest: Path, old: Path | None, model: Path, adapter: Path | None, keep: Path, *, threads: int
) -> dict[str, Any]:
    """Rates on the target's clips, and on the old languages with the adapter worn always.

    Args:
        target: whose task is asked.
        manifest: of the clips.
        old: folder of the manifests of the old languages; None: they are not measured.
        model: folder of allears-base.
        adapter: worn; None for the model as it is.
        keep: file for what was written of the target's clips.
        threads: of each network.
    """
    session = Session(model, num_threads=threads, adapters=[] if adapter is None else [adapter])
    texts = _texts(session, list(read_manifest(manifest)), target.told, target.task)
    write_json([{"said": said, "written": written} for said, written in texts], keep)
    found = {"target": rates_of(texts, target.task), "old": {}}
    for name in OLD if old is not None else ():
        assert old is not None
        clips = list(read_manifest(old / f"{name}.jsonl"))
        found["old"][name] = rates_of(_texts(session, clips, name, "transcribe"), "transcribe")
    return found


def measure_scratch(run: Path, manifest: Path) -> dict[str, Any]:
    """The same of a model from scratch; it knows no other language."""
    scores = measure(run, manifest=str(manifest))["transcribe"]
    return {"target": {unit: {"value": scores[unit]} for unit in ("cer", "wer")}, "old": {}}


def rates_of(texts: Texts, task: Literal["transcribe", "translate"]) -> dict[str, Any]:
    """Measure -> value, low, high: errors are shares, chrF and BLEU 0 to 1 as well; 95 % bootstrap over clips."""
    if task == "translate":
        return {"chrf": asdict(_resampled(_chrf, texts)), "bleu": {"value": _bleu(texts)}}
    plain = [(plain_words(said), plain_words(written)) for said, written in texts]
    return {unit: _error(plain, unit) for unit in ("cer", "wer")} | {"num_clips": len(plain)}


def _error(texts: Texts, unit: Literal["cer", "wer"]) -> dict[str, float]:
    """Errors of all clips over letters or words of all clips."""
    sizes = np.array([len(said) if unit == "cer" else len(said.split()) for said, _ in texts], float)
    wrong = [(text_error([said], [written], unit) or 0.0) if said else 0.0 for said, written in texts] * sizes
    return asdict(bootstrap(lambda w: float(wrong @ w / max(1.0, sizes @ w)), len(texts), seed=0))


def _texts(session: Session, clips: Sequence[Clip], language: str, task: str) -> Texts:
    found = []
    for clip in clips:
        result = session.hear(load_clip(clip), sample_rate=SAMPLE_RATE, language=language, tasks=[task])
        found.append((_reference(clip, task), result.answers[task].text.strip()))
    return found


def _reference(clip: Clip, task: str) -> str:
    return str(clip.labels["text"] if task == "transcribe" else clip.labels["translations"]["en"]).strip()


def _resampled(score: Callable[[Texts], float], texts: Texts) -> Any:
    """Few draws: each counts all texts anew."""

    def of(weights: np.ndarray) -> float:
        return score([text for text, count in zip(texts, weights.astype(int), strict=True) for _ in range(count)])

    return bootstrap(of, len(texts), seed=0, resamples=100)


def _chrf(texts: Texts) -> float:
    from sacrebleu.metrics.chrf import CHRF

    said, written = zip(*texts, strict=True)
    return float(CHRF().corpus_score(list(written), [list(said)]).score) / 100


def _bleu(texts: Texts) -> float:
    from sacrebleu.metrics.bleu import BLEU

    said, written = zip(*texts, strict=True)
    return float(BLEU().corpus_score(list(written), [list(said)]).score) / 100
