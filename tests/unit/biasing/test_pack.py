"""Packs are saved and loaded, those that ship are small, and others are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.biasing import pack as module
from allears.biasing.build import build_pack
from allears.biasing.pack import Pack, find_pack, shipped


def test_there_and_back(tmp_path: Path) -> None:
    names = ["Ohio", "ohio", "Ukraine", "ice", "ice"]
    pack = build_pack("weather", ["Will it rain in Ohio?", ""], names=names, phrases={"El Niño": 2.0}, source="me")
    assert pack.phrases == {"ohio": 0.25, "El Niño": 2.0}
    pack.save(tmp_path / "w.npz")
    again = find_pack(tmp_path / "w.npz")
    assert (again.name, again.language, again.phrases, again.source) == ("weather", "en", pack.phrases, "me")
    assert again.ngram.gain(["will", "it"]) == pack.ngram.gain(["will", "it"])
    assert [path.name for path in tmp_path.iterdir()] == ["w.npz"]


def test_no_sentence() -> None:
    with pytest.raises(ValueError, match="'x' has no sentence"):
        build_pack("x", ["", "?"])


def test_what_ships() -> None:
    packs = shipped()
    assert set(packs) == {"home", "music", "news", "other", "weather"}
    assert all(name == pack.name and "CC BY 4.0" in pack.source for name, pack in packs.items())
    folder = Path(module.__file__).parent / "packs"
    assert (folder / "LICENCE.md").exists()
    assert all(path.stat().st_size < 300_000 for path in folder.iterdir())
    assert find_pack("music").phrases == packs["music"].phrases


@pytest.mark.parametrize("name", ["sports", "other", "../packs/music"])
def test_an_unknown_domain(name: str) -> None:
    with pytest.raises(ValueError, match="give one of home, music, news, weather, auto, or a file"):
        find_pack(name)


def test_not_a_pack(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(b"no zip")
    with pytest.raises(ValueError, match="is no pack of a domain"):
        Pack.load(path)
    np.savez(path, about=np.frombuffer(b'{"version": 9}', np.uint8))
    with pytest.raises(ValueError, match="of version 9, this allears reads 1"):
        Pack.load(path)
