"""A disk that is really full: a file system of 1.2 MB, mounted in a name space of the server's own."""

from __future__ import annotations

import shutil
import subprocess

import httpx
import pytest

from tests.unit.server.alone import alone
from tests.unit.server.live import said, sound

SIZE_KB, TOO_LONG_S = 1200, 60  # a megabyte of an upload is in memory; 60 s are 1.9 MB of WAV


def _can_mount(folder) -> bool:
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(folder)]
    return shutil.which("unshare") is not None and subprocess.run(command, capture_output=True).returncode == 0


def test_an_upload_without_space_is_507_and_gives_it_back(tmp_path) -> None:
    if not _can_mount(tmp_path):
        pytest.skip("nobody may mount a small file system here (unshare -rm)")
    mount = f'mount -t tmpfs -o size={SIZE_KB}k none "$0" && exec "$@"'
    before = ["unshare", "-rm", "sh", "-c", mount, str(tmp_path)]
    with alone(before=before, more={"TMPDIR": str(tmp_path)}) as (url, process):
        for _ in range(3):
            refused = httpx.post(f"{url}/v1/analyze", files={"file": sound(TOO_LONG_S)}, timeout=30)
            assert (refused.status_code, refused.json()["error"]["code"]) == (507, "insufficient_storage")
            assert "no space left" in refused.json()["error"]["message"]
            assert refused.headers["retry-after"]
            heard = httpx.post(f"{url}/v1/analyze", files={"file": sound(2)}, timeout=30)
            assert heard.json()["text"] == said(2, 0.25)
        fits = httpx.post(f"{url}/v1/analyze", files={"file": sound(35)}, timeout=30)  # 1.1 MB: nothing was kept
        assert fits.status_code == 200
        assert process.poll() is None
