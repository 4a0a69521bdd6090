"""A pack is counted from plain words; names said once or too short are left out."""

from __future__ import annotations

from allears.biasing.build import build_pack


def test_counts_and_names() -> None:
    pack = build_pack("x", ["Play, play!", "STOP"], names=["Ada L", "ada l", "Bo", "Bo", "Once"], order=2)
    assert dict(pack.ngram.unigrams) == {"play": 2, "stop": 1}
    assert pack.ngram.order == 2
    assert list(pack.phrases) == ["ada l"]
