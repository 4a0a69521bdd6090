"""Which layers still hear as they did, and which of another encoder hear alike: CKA between every two layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from allears.report.figures.squares import Square, draw_squares
from allears.report.figures.style import color_of
from allears.report.page import Missing, Picture, Section
from allears.report.transfer import HasTransfer, Similarity
from allears.report.words import plural
from allears.transfer.layer_rows import ROW_S

__all__ = ["similarity"]

_TITLE = "Layers compared"
_HOW = "give clips to hear: `allears report --before MODEL --after MODEL --clips MANIFEST`"
_READABLE = 16  # layers; more would leave no room for numbers
_CONSTANT = "No layer can be compared with itself: one of the two is constant."
_CHANGED = 0.9  # CKA of a layer with itself below which it is said to have changed


def similarity(material: HasTransfer) -> Section:
    """A picture for each stage: rows the layers as they were, columns the layers as they are."""
    transfer = material.transfer
    if transfer is None or not transfer.similarity:
        return Section("similarity", _TITLE, missing=(Missing("how alike layers are", _HOW),))
    says = [
        "Linear CKA, unbiased: 1 is the same up to a rotation, 0 unrelated. Compared are means over stretches of "
        f"{ROW_S:g} s of the same clips, so that encoders may differ in depth, width and frame.",
    ]
    pictures, missing = [], []
    for number, (name, found) in enumerate(transfer.similarity.items()):
        if isinstance(found, str):
            missing.append(Missing(f"how alike the layers of {name} are", found))
            continue
        says += _said(name, found)
        pictures.append(_picture(transfer.before.name, name, found, number))
    data = {name: found if isinstance(found, str) else _plain(found) for name, found in transfer.similarity.items()}
    return Section("similarity", _TITLE, tuple(says), pictures=tuple(pictures), missing=tuple(missing), data=data)


def _said(name: str, found: Similarity) -> list[str]:
    says = [f"{name}: {found.num_rows:,} stretches of {plural(found.num_clips, 'clip')}."]
    depth, width = found.cka.shape
    if not np.isfinite(found.cka).any():
        return [*says, _CONSTANT]
    if depth != width:
        known = [row for row in range(depth) if np.isfinite(found.cka[row]).any()]  # a constant layer is like none
        best = [(row, int(np.nanargmax(found.cka[row]))) for row in known]
        pairs = ", ".join(f"{row} with {column} ({found.cka[row, column]:.2f})" for row, column in best)
        return [*says, f"Its layers that are most like those as they were: {pairs}."]
    same = np.diag(found.cka)
    if not np.isfinite(same).any():
        return [*says, _CONSTANT]
    low = int(np.nanargmin(same))
    changed = [str(layer) for layer, value in enumerate(same) if value < _CHANGED]
    says.append(f"Layer {low} changed most: {same[low]:.2f} with what it was.")
    says.append(f"Below {_CHANGED:g}: layers {', '.join(changed)}." if changed else f"No layer is below {_CHANGED:g}.")
    return says


def _picture(before: str, name: str, found: Similarity, number: int) -> Picture:
    depth, width = found.cka.shape
    is_readable = max(depth, width) <= _READABLE
    cells = [[_square(value, is_readable) for value in row] for row in found.cka]
    for layer in range(depth if depth == width else 0):
        cell = cells[layer][layer]
        if cell is not None:
            cells[layer][layer] = Square(cell.text, cell.colour, cell.strength, is_framed=True)
    return draw_squares(
        cells[::-1],
        [str(layer) for layer in range(depth)][::-1],
        [str(layer) for layer in range(width)],
        name=f"similarity-{number}",
        title=f"CKA of layers: {before} and {name}",
        row_label=f"layer of {before}",
        column_label=f"layer of {name}",
        width=0.5 if is_readable else 0.3,
    )


def _square(value: float, is_readable: bool) -> Square | None:
    if not np.isfinite(value):
        return None
    return Square(f"{value:.2f}" if is_readable else "", color_of(0), float(value) ** 2 if value > 0 else 0.0)


def _plain(found: Similarity) -> Mapping[str, object]:
    return {"cka": found.cka.tolist(), "clips": found.num_clips, "rows": found.num_rows}
