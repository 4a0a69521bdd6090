"""Commands of strangers are looked through in a process that cannot do harm."""

from __future__ import annotations

import pytest

pytest.importorskip("hassil", reason="the extra `commands` is not installed")

from allears.commands.apart import check_apart

GOOD = "language: en\nintents:\n  Stop:\n    data:\n      - sentences: ['stop [now]']\n"


def test_a_report() -> None:
    report = check_apart(GOOD, said="stop now")
    assert (report["ok"], report["num_phrases"], report["command"]["intent"]) == (True, 2, "Stop")
    assert set(report["examples"]) <= {"stop", "stop now"}


def test_yaml_that_cannot_be_parsed_has_its_line() -> None:
    finding = check_apart("intents:\n  A: 'x\n")["findings"][0]
    assert (finding["level"], finding["line"] >= 2, finding["message"].startswith("commands:")) == (
        "error",
        True,
        False,
    )


def test_more_sentences_than_time_is_an_error_and_not_an_end() -> None:
    endless = GOOD.replace("[now]", "[a] " * 200)
    report = check_apart(endless, max_s=2.0)
    assert (report["ok"], report["num_phrases"]) == (False, 0)
    assert (
        "too many sentences" in report["findings"][0]["message"] or "more sentences" in report["findings"][0]["message"]
    )
