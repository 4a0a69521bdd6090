"""Nobody is told that allears is used: onnxruntime's own usage statistics are off before it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys

LOAD = "import os, allears; allears.Session; import onnxruntime; print(os.environ['ORT_DISABLE_TELEMETRY'])"
# Where onnxruntime is silent by itself.
CI = ("CI", "GITHUB_ACTIONS", "TF_BUILD", "BUILD_ID", "JENKINS_URL", "GITLAB_CI")


def _load(folder, **more: str) -> str:
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(folder))
    kept = {name: value for name, value in os.environ.items() if name not in (*CI, "ORT_DISABLE_TELEMETRY")}
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env={**kept, **places, **more}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_nothing_is_collected_and_no_number_of_this_computer_is_kept(tmp_path) -> None:
    assert _load(tmp_path) == "1"
    assert [path.name for path in tmp_path.rglob("*")] == []


def test_who_wants_to_tell_them_may(tmp_path) -> None:
    assert _load(tmp_path, ORT_DISABLE_TELEMETRY="0") == "0"
