"""Task vectors on a map (their two main directions) beside their cosines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from allears.report.figures.matrix import fill_matrix
from allears.report.figures.style import MUTED, color_of, drawing, plain_axes, to_picture
from allears.report.matrices import Matrix
from allears.report.page import Picture

__all__ = ["cosine_matrix", "draw_vectors"]


def cosine_matrix(vectors: Mapping[str, Sequence[float]]) -> Matrix:
    """Cosine of each two vectors, 0 where one of them is nothing but zeros."""
    rows = np.array([list(vector) for vector in vectors.values()], dtype=float)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(lengths > 0, lengths, 1.0)
    return Matrix(tuple(vectors), unit @ unit.T, 1)


def draw_vectors(vectors: Mapping[str, Sequence[float]]) -> Picture:
    """Principal components of the vectors (mean taken off) at the left, cosines at the right."""
    rows = np.array([list(vector) for vector in vectors.values()], dtype=float)
    centred = rows - rows.mean(0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    places = centred @ directions[:2].T
    places = np.pad(places, ((0, 0), (0, 2 - places.shape[1])))
    shares = sizes**2 / max(float((sizes**2).sum()), 1e-12)
    with drawing(9.2, 3.9) as figure:
        left, right = figure.subplots(1, 2)
        plain_axes(left, has_grid=False)
        left.axhline(0, color=MUTED, lw=0.4)
        left.axvline(0, color=MUTED, lw=0.4)
        for index, (task, (x, y)) in enumerate(zip(vectors, places, strict=True)):
            left.plot([x], [y], "o", ms=9, color=color_of(index))
            left.annotate(task, (x, y), (7, 5), textcoords="offset points", color=color_of(index), fontweight="bold")
        left.margins(0.25)
        left.set_aspect("equal", adjustable="datalim")
        left.set_xlabel(f"first direction ({shares[0]:.0%} of the spread)")
        left.set_ylabel(f"second ({shares[1]:.0%})" if len(shares) > 1 else "")
        fill_matrix(right, cosine_matrix(vectors), limit=1.0)
        alt = "; ".join(f"{a} and {b}: cosine {value:+.2f}" for a, b, value in cosine_matrix(vectors).pairs())
        return to_picture(figure, "task-vectors", "Map of the task vectors", alt)
