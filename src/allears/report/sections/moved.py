"""What training moved: how far the weights of each layer and each kind of part are from where they began."""

from __future__ import annotations

from collections.abc import Mapping

from allears.report.figures.squares import Square, draw_squares
from allears.report.figures.style import color_of
from allears.report.page import Missing, Picture, Section
from allears.report.transfer import HasTransfer
from allears.report.words import listed, plural
from allears.transfer.moved import KINDS, Change, Moved

__all__ = ["moved"]

_HOW = "give a run that began with another model's weights (`allears adapt`), or `--before MODEL --after MODEL`"
_TITLE = "What moved"
_STILL = 1e-6  # relative change below which something is said to have stayed


def moved(material: HasTransfer) -> Section:
    """A picture for each stage: a row a layer, a column a kind of part."""
    transfer = material.transfer
    if transfer is None:
        return Section("moved", _TITLE, missing=(Missing("how far the weights moved", _HOW),))
    says, pictures, missing = [], [], []
    names = listed([stage.name for stage in transfer.after])
    says.append(f"{names}, beside {transfer.before.name} as it was.")
    for number, (name, found) in enumerate(transfer.moved.items()):
        if isinstance(found, str):
            missing.append(Missing(f"how far the weights of {name} moved", found))
            continue
        says += _said(name, found)
        pictures.append(_picture(name, found, number))
    data = {name: found if isinstance(found, str) else _plain(found) for name, found in transfer.moved.items()}
    return Section("moved", _TITLE, tuple(says), pictures=tuple(pictures), missing=tuple(missing), data=data)


def _said(name: str, found: Moved) -> list[str]:
    whole = {place: change.relative for place, change in found.whole.items() if change.relative is not None}
    still = sorted(place for place, share in whole.items() if share < _STILL)
    told = [f"{place} by {share:.2%}" for place, share in whole.items() if share >= _STILL]
    says = [f"{name}: {listed(told)} of their length." if told else f"{name}: nothing moved."]
    says += [f"Not moved: {listed(still)}."] if still and told else []
    layers = {
        (place, kind): change.relative
        for place, kinds in found.parts.items()
        for kind, change in kinds.items()
        if place.startswith("encoder") and change.relative is not None and change.relative >= _STILL
    }
    if layers:
        place, kind = max(layers, key=lambda key: layers[key] or 0.0)
        where = place.replace("encoder ", "layer ")
        says.append(f"In the encoder {kind} of {where} moved most ({layers[place, kind]:.2%}).")
    for what, names in (("new", found.new), ("gone", found.gone), ("of another shape", found.reshaped)):
        if names:
            says.append(f"Not compared, {what}: {plural(len(names), 'tensor')} ({_owners(names)}).")
    return says


def _owners(names: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(".".join(name.split(".")[:2]) for name in names))


def _picture(name: str, found: Moved, number: int) -> Picture:
    most = max((c.relative or 0.0 for part in found.parts.values() for c in part.values()), default=0.0) or 1.0
    shown = {place: part for place, part in found.parts.items() if place.startswith("encoder") or _has_moved(part)}
    kinds = [kind for kind in KINDS if any(kind in part for part in shown.values())]
    cells = [[_square(part.get(kind), most) for kind in kinds] for part in shown.values()]
    return draw_squares(
        cells,
        [_row(place) for place in shown],
        kinds,
        name=f"moved-{number}",
        title=f"{name}: change of the weights, % of their length",
        width=0.86,
    )


def _has_moved(part: Mapping[str, Change]) -> bool:
    return any((change.relative or 0.0) >= _STILL for change in part.values())


def _row(place: str) -> str:
    """`encoder`: what is not in a layer."""
    return f"{place}, outside layers" if place == "encoder" else place


def _square(change: Change | None, most: float) -> Square | None:
    if change is None or change.relative is None:
        return None
    share = change.relative
    text = "0" if share < _STILL else f"{100 * share:.3g}"
    return Square(text, color_of(0), (share / most) ** 0.5)


def _plain(found: Moved) -> Mapping[str, object]:
    return {
        "parts": {p: {k: c.relative for k, c in kinds.items()} for p, kinds in found.parts.items()},
        "whole": {place: change.relative for place, change in found.whole.items()},
        "new": found.new,
        "gone": found.gone,
        "reshaped": found.reshaped,
    }
