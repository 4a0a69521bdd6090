"""The page, section by section. In: `Material`. Out: `Section`s in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable

from allears.report.material import Material
from allears.report.page import Section
from allears.report.sections.affinity import affinity
from allears.report.sections.balance import balance
from allears.report.sections.clip import clip
from allears.report.sections.compare import compare
from allears.report.sections.conflict import conflict
from allears.report.sections.curves import curves
from allears.report.sections.forgetting import forgetting
from allears.report.sections.labels import labels
from allears.report.sections.moved import moved
from allears.report.sections.ood import ood
from allears.report.sections.sharing import sharing
from allears.report.sections.similarity import similarity
from allears.report.sections.summary import summary
from allears.report.sections.twins import twins

__all__ = ["SECTIONS", "build_sections"]

SECTIONS: tuple[Callable[[Material], Section], ...] = (
    summary, curves, twins, conflict, affinity, balance, labels, sharing, moved, similarity, forgetting, compare,
    ood, clip,
)  # fmt: skip


def build_sections(material: Material) -> list[Section]:
    """Every section; what a section does not have, it says."""
    return [section(material) for section in SECTIONS]
