"""What Resemblyzer says of each voice in heads/manifest.jsonl, for the speaker head to learn from.

    pip install resemblyzer webrtcvad-wheels
    python recipes/base/teach_voices.py     # voices/CLIP.npy and voices/CORPUS.jsonl under $ALLEARS_WORK

Resemblyzer's d-vector (Apache-2.0) was trained on thousands of voices, our data has hundreds. Only train clips are
read, recordings of at most 20 s (no strings of several clips), the first 8 s of each. Clips that are there already are
not heard again; about 30 minutes on one core.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from resemblyzer import VoiceEncoder
from resemblyzer.audio import preprocess_wav

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip, read_manifest, write_manifest

DATA = Path(os.environ["ALLEARS_DATA"])
WORK = Path(os.environ["ALLEARS_WORK"])
LONGEST_S, HEARD_S = 20.0, 8.0
PIECE_S = 4.0  # long recordings are taught in pieces: a step costs by the second, a voice is known after three


def whole_recordings() -> list[Clip]:
    """Clips of the heads' manifest that are recordings, not made from some."""
    clips = read_manifest(WORK / "heads" / "manifest.jsonl")
    made = ("pieces-", "strings-")
    return [c for c in clips if not c.id.startswith(made) and (c.duration_s or 0) <= LONGEST_S]


def teach(clip: Clip, path: Path, encoder: VoiceEncoder) -> None:
    """Write the embedding (256,) of a clip's first seconds; zeros are never written: such a clip stays without."""
    audio = load_clip(clip)[: round(HEARD_S * SAMPLE_RATE)]
    vector = np.asarray(encoder.embed_utterance(preprocess_wav(audio, source_sr=SAMPLE_RATE)), np.float32)
    if np.linalg.norm(vector) > 0:
        partial = path.with_suffix(".partial")
        with open(partial, "wb") as file:
            np.save(file, vector)
        os.replace(partial, path)


def pieces(clip: Clip) -> list[Clip]:
    """The clip; or, if it is longer than a piece and a half, pieces of 4 to 6 s."""
    length_s = clip.duration_s or 0.0
    count = int(length_s // PIECE_S)
    if length_s < 1.5 * PIECE_S:
        return [clip]
    size_s = round(length_s / count, 3)
    return [
        replace(
            clip, id=f"{clip.id}-{i}", start_s=clip.start_s + i * size_s, duration_s=min(size_s, length_s - i * size_s)
        )
        for i in range(count)
    ]


def main() -> None:
    """All of them, then the manifest."""
    out = WORK / "voices"
    out.mkdir(parents=True, exist_ok=True)
    encoder, num_failed = VoiceEncoder("cpu", verbose=False), 0
    taught: dict[str, list[Clip]] = {}
    clips = whole_recordings()
    for number, clip in enumerate(clips, start=1):
        path = out / f"{clip.id}.npy"
        if not path.exists():
            teach(clip, path, encoder)
        if path.exists():
            clip = replace(clip, labels={**clip.labels, "voice": str(path.resolve())})
        else:
            num_failed += 1
        taught.setdefault(clip.audio.resolve().relative_to(DATA.resolve()).parts[0], []).extend(pieces(clip))
        if number % 500 == 0:
            print(f"{number}/{len(clips)}", file=sys.stderr, flush=True)
    for corpus, found in taught.items():
        print(f"{corpus}: {write_manifest(found, out / f'{corpus}.jsonl')} clips")
    print(f"{num_failed} clips have no voice to learn from")


if __name__ == "__main__":
    main()
