"""Write the one manifest that recipes/scratch needs: spoken-digits with a dev split.

    python recipes/scratch/prepare.py     # reads $ALLEARS_DATA/spoken-digits, writes $ALLEARS_WORK/scratch

The corpus has the splits train and test (recordings 0 to 4 of each speaker and digit). Recordings 5 to 9 of each become
dev, so that nothing is chosen on the test clips.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from allears.data.manifest import Clip, read_manifest, write_manifest

DEV_TAKES = range(5, 10)


def main() -> None:
    """Write the manifest and say how many clips each split has."""
    source = Path(os.environ["ALLEARS_DATA"]) / "spoken-digits" / "manifest.jsonl"
    target = Path(os.environ["ALLEARS_WORK"]) / "scratch" / "digits" / "manifest.jsonl"
    clips = [with_dev(clip) for clip in read_manifest(source)]
    write_manifest(clips, target)
    counts = {split: sum(clip.split == split for clip in clips) for split in ("train", "dev", "test")}
    print(target, counts)


def with_dev(clip: Clip) -> Clip:
    """The clip in the split `dev` if it is one of those takes; its id is digit_speaker_take."""
    return replace(clip, split="dev") if int(clip.id.rpartition("_")[2]) in DEV_TAKES else clip


if __name__ == "__main__":
    main()
