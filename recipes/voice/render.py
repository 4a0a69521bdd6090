"""What an acoustic model makes of the clips it learned from, for a vocoder to learn to speak from.

    python recipes/voice/render.py runs/voice        # writes `frames` of each clip, and rendered.jsonl

Durations are the teacher's, so that frames and sound belong together; pitch and level, too. A vocoder that has only
seen true spectra makes the smoother ones of a model sound dull: it is trained on these last.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import cast

import numpy as np
import torch

from allears.data.dataset import ClipDataset, collate
from allears.data.inputs.phones import PhonesInput
from allears.data.manifest import read_manifest
from allears.encoders.base import Encoder
from allears.parts.mel_head import MelHead
from allears.tasks.spectrum import SpectrumTarget
from allears.teacher_prosody import MEL, read_prosody
from allears.train.checkpoint import load_model
from allears.voice_frames import NUM_MELS
from allears.voice_spec import read_voice_spec

TAUGHT = Path(os.environ["ALLEARS_WORK"]) / "taught"
TASK = "spectrum"


@torch.no_grad()
def main(run: str) -> None:
    model = load_model(run)
    encoder = cast(Encoder, model.encoder)
    clips = list(read_manifest(TAUGHT / "speech.jsonl"))
    reader = PhonesInput(read_voice_spec(TAUGHT / "voice.json"))
    data = ClipDataset(clips, {TASK: model.tasks[TASK]}, num_frames=encoder.num_frames,
                       frame_shift_s=encoder.frame_shift_s, reader=reader)  # fmt: skip
    head = cast(MelHead, model.heads[TASK])
    rows = []
    for number, clip in enumerate(clips):
        batch = collate([data[number]], data.labels)
        target = cast(SpectrumTarget, batch.labels[TASK].value)
        features, _ = model.features(batch.audio, batch.num_samples, [TASK])
        at = torch.arange(target.frames.shape[1])
        said = head.frames(features[TASK], target.prosody, target.durations, at, None)[0].numpy()
        path = clip.audio.with_suffix(".frames.npz")
        f0 = read_prosody(str(clip.labels["teacher"])).f0
        np.savez(path, mel=(said[:, :NUM_MELS] * MEL.std + MEL.mean).astype(np.float16), f0=f0.astype(np.float16))
        rows.append(json.dumps(clip.to_row(TAUGHT) | {"frames": str(path.resolve())}, ensure_ascii=False))
    partial = TAUGHT / "rendered.partial"
    partial.write_text("\n".join(rows) + "\n", encoding="utf-8")
    os.replace(partial, TAUGHT / "rendered.jsonl")
    print(f"{len(rows)} clips", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
