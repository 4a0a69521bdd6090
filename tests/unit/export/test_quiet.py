"""Silence while exporting, and only then."""

from __future__ import annotations

import logging
import warnings

import pytest

from allears.export.quiet import quiet


def test_warnings_and_advice_are_held_back_and_errors_are_not(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("somebody")
    before = logging.root.manager.disable, list(logging.root.handlers)
    with quiet():
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        log.warning("advice")
        log.error("broken")
    assert [record.message for record in caplog.records] == ["broken"]
    assert (logging.root.manager.disable, list(logging.root.handlers)) == before
    log.warning("heard again")
    assert caplog.records[-1].message == "heard again"


def test_it_ends_with_an_error_too() -> None:
    before = logging.root.manager.disable
    with pytest.raises(KeyError), quiet():
        raise KeyError("x")
    assert logging.root.manager.disable == before
