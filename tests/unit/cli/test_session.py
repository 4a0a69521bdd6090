"""What the verbs hand on to the session they open."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from allears.cli import _session
from allears.cli.app import main
from allears.runtime import session as module

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the last session was opened with."""
    found: dict[str, Any] = {}
    monkeypatch.setattr(module, "Session", lambda model, **options: found.update(options, model=model))
    return found


@pytest.mark.parametrize(("given", "variable", "opened"), [("a", "b", "a"), (None, "b", "b"), (None, "", None)])
def test_the_reader_is_given_or_in_the_environment(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, given: str | None, variable: str, opened: str | None
) -> None:
    monkeypatch.setenv("ALLEARS_UNDERSTAND", variable)
    _session.open_session(argparse.Namespace(model=None, understand=given))
    assert asked.get("understand") == opened


def test_a_verb_that_does_not_understand_has_no_reader(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_UNDERSTAND", "somewhere")
    _session.open_session(argparse.Namespace(model=None))
    assert "understand" not in asked


@pytest.mark.parametrize("verb", ["hear", "listen"])
def test_a_folder_without_a_reader_is_told_before_anything_is_heard(verb: str, tmp_path: Any, capsys: Capture) -> None:
    (tmp_path / "a.wav").touch()
    assert main([verb, str(tmp_path / "a.wav"), "--understand", str(tmp_path)]) == 3
    assert "give the folder of a model of open language" in capsys.readouterr().err


@pytest.mark.parametrize(("user_words", "opened"), [(True, True), (False, None), (None, None)])
def test_the_users_words_are_expected_by_the_verbs_that_hear(
    asked: dict[str, Any], user_words: bool | None, opened: bool | None
) -> None:
    given = {} if user_words is None else {"user_words": user_words}
    _session.open_session(argparse.Namespace(model=None, **given))
    assert asked.get("user_words") is opened


@pytest.mark.parametrize("verb", ["hear", "listen"])
def test_the_users_words_can_be_left_out(verb: str) -> None:
    from allears.cli.app import build_parser

    for more, is_on in (([], True), (["--no-user-words"], False)):
        assert build_parser([verb]).parse_args([verb, "a.wav", *more]).user_words is is_on
