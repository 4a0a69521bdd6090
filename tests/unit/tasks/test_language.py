"""Language identification as a task."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.decode import DECODES  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.language import language  # noqa: E402


def test_regions_are_dropped_and_other_languages_are_absent() -> None:
    task, context = language(classes=("de", "en")), LabelContext(16_000, 50, 0.02)
    assert [task.label.encode({"language": tag}, context) for tag in ("en-GB", "de", "fr")] == [1, 0, None]


def test_the_runtime_knows_its_classes_and_its_kind() -> None:
    spec = language(classes=("de", "en"), fusion=0.25).spec
    assert spec.classes == ("de", "en")
    assert spec.decode["fusion"] == 0.25
    assert str(spec.decode["kind"]).replace("_", "-") in list(DECODES)
