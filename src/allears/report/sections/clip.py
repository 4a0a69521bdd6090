"""One clip, looked at closely: which frames and layers each answer was read from."""

from __future__ import annotations

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.report.explain import Explained
from allears.report.figures.clip import draw_clip
from allears.report.material import HeardClip, Material
from allears.report.page import Missing, Section

__all__ = ["clip"]

_WIDTH_S = 0.5  # of the stretch that is named as the one that spoke most
_INEXACT = 0.1  # error of the integral from which it is told


def clip(material: Material) -> Section:
    """Integrated gradients over frames and layers, with the pooling's attention."""
    title = "Inside one clip"
    if material.clip_error is not None:
        return Section("clip", title, missing=(Missing("the clip", material.clip_error),))
    heard = material.clip
    if heard is None:
        return Section(
            "clip", title, missing=(Missing("what a clip's answers come from", "`allears report RUN --clip a.wav`"),)
        )
    missing = tuple(Missing(f"what {task} came from", why) for task, why in heard.refused.items())
    says = [
        f"{heard.name}, {len(heard.audio) / SAMPLE_RATE:.1f} s. Blue spoke for the answer, orange against "
        "it, each task to its own scale; the thin line is where attentive pooling looked. "
        "Compared with silence of the same length.",
        *(_said(heard, found) for found in heard.explained.values()),
    ]
    pictures = (
        (draw_clip(heard.audio, heard.explained, heard.frame_shift_s, name=heard.name, order=material.run.tasks),)
        if heard.explained
        else ()
    )
    data = {
        task: {
            "answer": found.answer,
            "completeness": found.completeness,
            "relevance_of_layers": found.relevance.sum(1).tolist(),
            "relevance_of_frames": found.relevance.sum(0).tolist(),
        }
        for task, found in heard.explained.items()
    }
    return Section("clip", title, tuple(says), pictures=pictures, missing=missing, data=data)


def _said(heard: HeardClip, found: Explained) -> str:
    frames, layers = found.relevance.sum(0), found.relevance.sum(1)
    width = max(1, round(_WIDTH_S / heard.frame_shift_s))
    sums = np.convolve(frames, np.ones(min(width, len(frames))), mode="valid")
    start_s = int(sums.argmax()) * heard.frame_shift_s
    end_s = min(start_s + _WIDTH_S, len(heard.audio) / SAMPLE_RATE)
    if found.completeness is None:
        return f"{found.task} says {found.answer}, as it does of silence: the picture shows nothing."
    if frames.sum() < 0:
        return f"{found.task} says {found.answer}, but would say so of silence even more: the clip speaks against it."
    layer = int(layers.argmax())
    said = f"{found.task} says {found.answer}: most came from {start_s:.1f} to {end_s:.1f} s and from layer {layer}."
    if abs(found.completeness - 1) > _INEXACT:
        said += f" The picture accounts for {found.completeness:.0%} of the answer: read it with care."
    return said
