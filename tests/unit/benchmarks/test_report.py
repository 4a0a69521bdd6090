import json
from pathlib import Path
from typing import Any

import pytest
import report

REPORT: dict[str, Any] = {
    "benchmark": "asr",
    "command": "python benchmarks/asr.py",
    "date": "2026-01-01T00:00:00+00:00",
    "commit": "abc1234",
    "machine": {
        "cpu": "A CPU", "flags": ["avx2"], "cores": 2, "memory_gb": 8.0, "system": "Linux",
        "load_before": 0.1, "load_after": 1.9,
    },
    "versions": {"numpy": "2.0"},
    "seed": 0,
    "threads": 2,
    "model": {"name": "allears-base", "total_mb": 90.0, "sha256_of_sums": "0123456789ab"},
    "tables": [{"title": "WER", "columns": ["set", "a|b"], "rows": [["x", "1.0"]], "notes": ["A note."]}],
}  # fmt: skip
DOCUMENT = "before\n<!-- asr -->\nold\n<!-- /asr -->\nafter\n<!-- vad -->\nkept\n<!-- /vad -->\n"


def test_only_what_is_between_the_markers_changes(tmp_path: Path) -> None:
    document, found = tmp_path / "results.md", tmp_path / "asr.json"
    document.write_text(DOCUMENT)
    found.write_text(json.dumps(REPORT))
    report.main([str(found), "--into", str(document)])
    text = document.read_text()
    assert text.startswith("before\n<!-- asr -->\n**WER**")
    assert text.endswith("<!-- /asr -->\nafter\n<!-- vad -->\nkept\n<!-- /vad -->\n")
    assert "old" not in text
    report.main([str(found), "--into", str(document)])
    assert document.read_text() == text


def test_a_table_says_where_its_numbers_come_from() -> None:
    text = report.render(REPORT)
    assert "| set | a\\|b |\n|---|---|\n| x | 1.0 |" in text
    for word in (
        "python benchmarks/asr.py",
        "abc1234",
        "seed 0",
        "A CPU",
        "avx2",
        "numpy 2.0",
        "90.0 MB",
        "0123456789ab",
        "load 0.1",
    ):
        assert word in text


def test_missing_markers_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"<!-- speed --> and <!-- /speed -->"):
        report.insert(DOCUMENT, "speed", "text")


def test_the_results_page_has_a_place_for_every_benchmark() -> None:
    page = report.RESULTS.read_text(encoding="utf-8")
    folder = Path(report.__file__).parent
    for path in folder.glob("*.py"):
        if 'run("' in path.read_text():
            assert report.insert(page, path.stem, "text") != page
