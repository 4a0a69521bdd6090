"""Commands are checked line by line, understood with a recording, and refused where they are too much."""

from __future__ import annotations

import pytest

from tests.unit.server.live import running, sound

pytest.importorskip("hassil", reason="the extra `commands` is not installed")

GOOD = """language: en
intents:
  LightSet:
    data:
      - sentences: ["turn {state} [the] light"]
lists:
  state: {values: [on, off]}
"""
BAD = GOOD.replace("[the] light", "[the light")


def _check(live, commands: str, **params: str):
    return live.http.post("/commands/check", content=commands.encode(), params=params)


def test_good_commands_and_a_sentence(live) -> None:
    report = _check(live, GOOD, text="turn off light").json()
    assert (report["ok"], report["intents"], report["findings"]) == (True, {"LightSet": 1}, [])
    assert set(report["examples"]) <= {f"turn {state}{the} light" for state in ("on", "off") for the in ("", " the")}
    assert (report["command"]["intent"], report["command"]["slots"]["state"]["value"]) == ("LightSet", "off")


def test_what_is_wrong_has_its_line(live) -> None:
    report = _check(live, BAD).json()
    assert not report["ok"]
    assert [(one["level"], one["line"]) for one in report["findings"] if one["level"] == "error"] == [("error", 5)]


def test_too_much_is_refused_before_it_is_all_here(live) -> None:
    reply = _check(live, "# " + "x" * 70_000)
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, "too_large")
    assert live.app.state.serving.queue.num_places_taken == 0


@pytest.mark.parametrize("text", [b"\xff\xfe", b"\x80abc"])
def test_what_is_no_text_is_400(live, text) -> None:
    reply = live.http.post("/commands/check", content=text)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "invalid_commands")


def test_a_long_sentence_is_400(live) -> None:
    assert _check(live, GOOD, text="x" * 501).status_code == 400


def test_a_recording_is_heard_with_them_and_they_are_checked_once(monkeypatch) -> None:
    from allears.commands import apart

    checked = []
    monkeypatch.setattr(apart, "check_apart", lambda text, **_: checked.append(text) or {"findings": []})
    with running() as live:
        for _ in range(2):
            reply = live.http.post("/analyze", files={"file": sound()}, data={"commands": GOOD})
            assert reply.status_code == 200
        assert live.session.asked[-1]["commands"].match("turn on the light").intent == "LightSet"
        assert checked == [GOOD.strip()]


def test_bad_commands_are_not_heard_with(live, monkeypatch) -> None:
    from allears.commands import apart

    found = {"level": "error", "message": "a bracket is not closed", "line": 5, "column": 1}
    monkeypatch.setattr(apart, "check_apart", lambda *_, **__: {"findings": [found]})
    reply = live.http.post("/analyze", files={"file": sound()}, data={"commands": BAD})
    assert reply.status_code == 400
    assert "line 5: a bracket" in reply.json()["error"]["message"]
