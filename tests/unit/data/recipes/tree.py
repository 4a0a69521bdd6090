"""A tiny corpus on disk: text files and short tones, and the rows that a recipe must make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

__all__ = ["TONE_S", "Tree", "tones", "write"]

RATE = 16_000
TONE_S = 0.25


@dataclass(frozen=True)
class Tree:
    """How to lay a corpus out, and what is in it.

    Attributes:
        build: writes it into a folder.
        rows: id -> the manifest row, without id, source, licence and (where it is `TONE_S`) duration_s; paths are
            relative to the folder.
        sentences: id -> row of sentences.jsonl, likewise.
        skipped: reason -> how many.
        needs: library without which the corpus cannot be read.
    """

    build: Callable[[Path], None]
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sentences: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    needs: str | None = None


def tones(root: Path, *names: str, seconds: float = TONE_S) -> None:
    """A tone a file, each of another pitch; the format is that of the suffix."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        hz = 200 + sum(name.encode()) % 1500
        wave = 0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)
        soundfile.write(path, wave, RATE)


def write(root: Path, files: Mapping[str, str]) -> None:
    """Text files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
