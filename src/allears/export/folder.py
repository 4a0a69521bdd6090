"""A model folder that appears whole or not at all, with the sums of its files.

In: where it goes. Out: a folder to write into, which takes the place of an older model when everything is in it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from allears.runtime.checksums import SUMS as CHECKSUMS

__all__ = ["CHECKSUMS", "new_model_folder", "write_checksums"]

PAPERS = (".md", "")  # endings of files that people write: README.md, LICENSE


@contextmanager
def new_model_folder(out: Path) -> Iterator[Path]:
    """A folder to write a model into; at the end its sums are written and it becomes `out`.

    What people wrote beside an older model there (its card, licences) stays: `.md` files and those without an ending.

    Raises:
        ValueError: `out` exists and is not a model folder.
    """
    if out.exists() and not (out / CHECKSUMS).exists():
        raise ValueError(f"{out} exists and is not a model folder (it has no {CHECKSUMS}): give another --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as name:
        made = Path(name) / "model"
        made.mkdir()
        yield made
        write_checksums(made)
        if out.exists():
            _keep_papers(out, made)
            os.replace(out, Path(name) / "old")  # goes with the temporary folder
        os.replace(made, out)


def _keep_papers(old: Path, made: Path) -> None:
    for path in old.iterdir():
        if path.is_file() and path.suffix in PAPERS and path.name != CHECKSUMS:
            shutil.copy(path, made / path.name)


def write_checksums(folder: Path, names: Sequence[str] | None = None) -> None:
    """`SHA256SUMS` of the folder's files, in the format of sha256sum."""
    files = sorted(names or (p.name for p in folder.iterdir() if p.suffix in {".onnx", ".txt", ".xz"}))
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}" for name in files]
    (folder / CHECKSUMS).write_text("\n".join(lines) + "\n")
