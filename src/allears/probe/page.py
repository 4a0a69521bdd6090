"""Probes as a page with pictures: what was heard as what, and how the methods compare. Needs `allears[report]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from allears.probe.probe import Probe
from allears.report.figures.confusion import draw_confusion
from allears.report.page import Section, Table
from allears.report.write import write_page

__all__ = ["write_probes"]

_HEAD = ("method", "accuracy", "± over folds", "mean recall of the classes")


def write_probes(probes: Sequence[Probe], out: Path) -> list[Path]:
    """Write the page to `out` and its pictures beside it; returns the page first.

    Raises:
        ValueError: `out` is not an HTML file's name, or cannot be written.
    """
    names = [probe.name for probe in probes]
    return write_page(", ".join(names), names, [_section(probe) for probe in probes], out, verb="probe")


def _section(probe: Probe) -> Section:
    picture = draw_confusion(
        probe.confusion, probe.classes, name=f"confusion-{probe.name}", title=f"{probe.name}: clips it had not heard"
    )
    rows = tuple(
        (
            one.method,
            f"{100 * one.accuracy:.1f} %",
            f"{100 * one.accuracy_sd:.1f}",
            f"{100 * one.balanced_accuracy:.1f} %",
        )
        for one in probe.validations
    )
    shares = tuple((name, f"{100 * share:.0f} %") for name, share in probe.shares.items() if share)
    tables = (Table(_HEAD, rows, "Cross-validation"), Table(("features", "weight"), shares, "What it listens to"))
    return Section(probe.name, probe.name, tuple(_says(probe)), pictures=(picture,), tables=tables)


def _says(probe: Probe) -> list[str]:
    who = "a voice may be on both sides" if probe.num_speakers is None else (
        f"none of the {probe.num_speakers} speakers is on both sides"
    )  # fmt: skip
    says = [
        f"{probe.method}, on {len(probe.features)} clips of {len(probe.classes)} classes, is right in "
        f"{100 * probe.accuracy:.1f} % of the clips it had not heard ({len(probe.validation.folds)} folds, {who})."
    ]
    wrong = probe.confusion * ~np.eye(len(probe.classes), dtype=bool)
    if wrong.any():
        truth, label = np.unravel_index(int(wrong.argmax()), wrong.shape)
        says.append(
            f"Most often {probe.classes[truth]} is taken for {probe.classes[label]}: {wrong[truth, label]} of "
            f"{probe.confusion[truth].sum()} clips."
        )
    return says
