"""What each task reads of the shared encoder: its layers, and its vector where the sharing has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allears.report.figures.bars import draw_layers
from allears.report.figures.vectors import cosine_matrix, draw_vectors
from allears.report.material import Material
from allears.report.page import Missing, Section
from allears.report.words import listed

__all__ = ["sharing"]

_EVEN = 1.15  # a layer has to have this many even shares to be said to be preferred


def sharing(material: Material) -> Section:
    """From the last `sharing` record of the log."""
    run = material.run
    records = run.events("sharing")
    record: Mapping[str, Any] = records[-1] if records else {}
    layers: Mapping[str, Sequence[float]] = record.get("layer_weights") or {}
    vectors: Mapping[str, Sequence[float]] = record.get("task_vectors") or {}
    kind = run.recipe["sharing"]["kind"]
    pictures, says, missing = [], [], []
    if layers:
        pictures.append(draw_layers(layers, run.tasks))
        says += _layers_said(layers)
    else:
        missing.append(
            Missing("the layer mix", f"no task of this run ({kind} sharing) learned one, or it was never evaluated")
        )
    if len(vectors) > 1:
        pictures.append(draw_vectors(vectors))
        says += _vectors_said(vectors)
    else:
        missing.append(Missing("a map of task vectors", f"{kind} sharing has none; task-attention and film have"))
    return Section(
        "sharing",
        "What tasks read",
        tuple(says),
        pictures=tuple(pictures),
        missing=tuple(missing),
        data={"layer_weights": layers, "task_vectors": vectors},
    )


def _layers_said(layers: Mapping[str, Sequence[float]]) -> list[str]:
    says = []
    even = []
    for task, mix in layers.items():
        best = max(range(len(mix)), key=lambda layer: mix[layer])
        if mix[best] * len(mix) < _EVEN:
            even.append(task)
            continue
        place = "the lowest" if best == 0 else "the highest" if best == len(mix) - 1 else "in the middle"
        says.append(f"{task} reads layer {best} most ({mix[best]:.0%}), {place}.")
    if even:
        says.append(f"{listed(even)} {'reads' if len(even) == 1 else 'read'} all layers about evenly.")
    return says


def _vectors_said(vectors: Mapping[str, Sequence[float]]) -> list[str]:
    pairs = cosine_matrix(vectors).pairs()
    near, far = max(pairs, key=lambda pair: pair[2]), min(pairs, key=lambda pair: pair[2])
    said = f"{near[0]} and {near[1]} want the most alike features (cosine {near[2]:+.2f})"
    return [said + (f", {far[0]} and {far[1]} the least ({far[2]:+.2f})." if len(pairs) > 2 else ".")]
