from pathlib import Path

import pytest
from common.corpora import balanced, clips_of, within

from allears.data.manifest import Clip, write_manifest


def _clips(counts: dict[str, int]) -> list[Clip]:
    return [
        Clip(id=f"{tag}{i}", audio=Path(f"{tag}{i}.wav"), duration_s=float(i), split="test", labels={"language": tag})
        for tag, count in counts.items()
        for i in range(count)
    ]


def test_small_groups_are_used_up_and_large_ones_share_the_rest() -> None:
    chosen = balanced(_clips({"en": 50, "fr": 3, "it": 50}), 23, lambda clip: clip.labels["language"], seed=0)
    tags = [clip.labels["language"] for clip in chosen]
    assert {tag: tags.count(tag) for tag in set(tags)} == {"en": 10, "fr": 3, "it": 10}


def test_a_seed_picks_the_same_clips() -> None:
    clips = _clips({"en": 50, "fr": 50})
    ids = [[c.id for c in balanced(clips, 10, lambda c: c.labels["language"], seed=seed)] for seed in (0, 0, 1)]
    assert ids[0] == ids[1] != ids[2]


def test_what_is_left_out_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(within(_clips({"en": 5}), 1, 3, why="a reason")) == 3
    assert "left out 2 of 5 clips: not 1 to 3 s (a reason)" in capsys.readouterr().err


def test_a_missing_corpus_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unpack emodb\.tar into"):
        clips_of(tmp_path, "emodb", "test")


def test_split_and_language_are_asked_for(tmp_path: Path) -> None:
    write_manifest(_clips({"en": 2, "fr": 3}), tmp_path / "set" / "manifest.jsonl")
    assert len(clips_of(tmp_path, "set", "test", language="fr")) == 3
    with pytest.raises(ValueError, match="has no clip with split 'dev'"):
        clips_of(tmp_path, "set", "dev")
