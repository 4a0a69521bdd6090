"""The command itself: its verbs, its messages, its exit codes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from allears.cli import app
from allears.cli.app import main, verbs

Capture = pytest.CaptureFixture[str]


def test_every_verb_is_found_and_helps(capsys: Capture) -> None:
    assert {"doctor", "enroll", "forget", "hear", "info", "voices"} <= verbs().keys()
    for verb in verbs():
        with pytest.raises(SystemExit) as exit_:
            main([verb, "--help"])
        assert exit_.value.code == 0
        assert f"usage: allears {verb}" in capsys.readouterr().out


def test_no_argument_shows_help(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([])
    assert exit_.value.code == 0
    assert "exit codes:" in capsys.readouterr().out


def test_unknown_verb_names_the_nearest(capsys: Capture) -> None:
    assert main(["haer", "a.wav"]) == 2
    assert "unknown verb 'haer'. Did you mean 'hear'?" in capsys.readouterr().err


def test_missing_extra_gives_the_install_line(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(args: object) -> int:
        raise ModuleNotFoundError("No module named 'torch.nn'", name="torch.nn")

    monkeypatch.setattr("allears.cli.voices.run", run)
    assert main(["voices"]) == 2
    assert "needs torch, which is not installed: pip install 'allears[train]'" in capsys.readouterr().err


def test_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("allears ")


def test_a_reader_that_stops_early_is_no_error() -> None:
    many = "import sys; from allears.cli import app, voices\n"
    many += "voices.run = lambda args: print('x\\n' * 200_000) or 0\n"
    many += "sys.exit(app.main(['voices']))"
    command = f'{sys.executable} -c "$CODE" | head -n 1'
    environment = {"CODE": many, "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "x\n"
    assert done.stderr == ""


@pytest.mark.parametrize("verb", ["--help", "hear"])
def test_no_verb_needs_torch_to_show_its_help(verb: str) -> None:
    """All verb modules are imported for `--help`; only light ones may be."""
    code = (
        "import sys\nfrom allears.cli.app import main\n"
        f"try: main([{verb!r}, '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'pydantic', 'rich', 'lhotse', 'onnxruntime', 'yaml'} & sys.modules.keys()\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_helpers_are_no_verbs() -> None:
    assert not any(name.startswith("_") or name == "app" for name in verbs())
    assert app.__name__ not in verbs().values()
