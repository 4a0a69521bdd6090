"""What a voice is learned from, as files: the manifest, what was found of each clip, and the spec with the new voice.

In: phrases and their durations. Out: in a folder, `speech.jsonl`, `voice.json` and `teacher/NUMBER.npz`, in the form
that `recipes/voice` has them, so that they may join a training from the beginning, too.

Letters: N phones, T frames.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from allears.data.manifest import Clip, write_manifest
from allears.transfer.voice.align import Phrase
from allears.transfer.voice.newcomer import Newcomer
from allears.transfer.voice.pitch import f0_of
from allears.voice_spec import VoiceSpec

__all__ = ["SPEC", "SPEECH", "write_material"]

SPEECH, SPEC = "speech.jsonl", "voice.json"
_FRAMES_A_UNIT = 1  # the aligner's durations are in frames of 12.5 ms


def write_material(
    phrases: Sequence[Phrase],
    durations: Sequence[np.ndarray],
    new: Newcomer,
    spec: VoiceSpec,
    out: Path,
    *,
    find_f0: Callable[[np.ndarray], np.ndarray] = f0_of,
) -> list[Clip]:
    """The clips of the manifest.

    Args:
        phrases: with their split.
        durations: (N,) frames of each.
        new: who says them.
        spec: with the newcomer.
        out: folder, made if need be.
        find_f0: (S,) -> (T,) Hz.
    """
    (out / "teacher").mkdir(parents=True, exist_ok=True)
    clips = []
    for number, (phrase, lasts) in enumerate(zip(phrases, durations, strict=True)):
        path = (out / "teacher" / f"{number:06d}.npz").resolve()
        _write_teacher(path, lasts, find_f0(phrase.sound()))
        labels = {"phones": phrase.phones, "speaker": new.name, "accent": new.dialect, "teacher": str(path)}
        if "text" in phrase.clip.labels:
            labels["text"] = phrase.clip.labels["text"]
        clips.append(replace(phrase.clip, audio=phrase.clip.audio.resolve(), labels=labels))
    write_manifest(clips, out / SPEECH)
    partial = out / f"{SPEC}.partial"
    partial.write_text(spec.to_json(), encoding="utf-8")
    os.replace(partial, out / SPEC)
    return clips


def _write_teacher(path: Path, durations: np.ndarray, f0: np.ndarray) -> None:
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        np.savez(file, durations=durations.astype(np.int32), f0=f0, frames_a_unit=_FRAMES_A_UNIT)
    os.replace(partial, path)
