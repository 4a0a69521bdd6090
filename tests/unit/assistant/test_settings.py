"""Settings: of a file, of the environment, and those nobody uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.assistant.settings import Settings


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "assistant.toml"
    file.write_text('[home]\ntoken = "file"\nurl = "http://h"\n')
    settings = Settings.load(file)
    assert settings.text("home", "token", env="TEST_TOKEN") == "file"
    monkeypatch.setenv("TEST_TOKEN", "environment")
    assert settings.text("home", "token", env="TEST_TOKEN") == "environment"
    assert settings.text("home", "other", "default") == "default"


def test_what_nobody_asked_for_is_told_with_the_nearest_name() -> None:
    settings = Settings({"weather": {"cty": "Oslo"}, "musik": {"folder": "/m"}})
    settings.text("weather", "city")
    unused = settings.warn_of_unused(["weather", "music"])
    assert unused == ["[weather] cty (did you mean 'city'?)", "[musik] folder (did you mean 'music'?)"]


@pytest.mark.parametrize(("text", "match"), [("a = [", "mend the line"), ('city = "Oslo"', "stands in no table")])
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, match: str) -> None:
    file = tmp_path / "assistant.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=match):
        Settings.load(file)


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / "none.toml").text("a", "b", "c") == "c"
