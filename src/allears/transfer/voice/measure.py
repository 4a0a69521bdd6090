"""How far what a model says is from how it was said: of a new voice before and after, and of the old ones.

In: a model, clips with their teacher's file. Out: `VoiceScores`, the mean over the clips. The model speaks freely, with
durations and pitch of its own; frames are compared, so the vocoder has no part in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch

from allears.data.manifest import Clip
from allears.export.speaking_graphs import FramesGraph, ProsodyGraph
from allears.model import MultiTaskModel
from allears.parts.mel_head import MelHead
from allears.scoring.voice import SaidFrames, VoiceScores, compare_frames, mean_scores
from allears.teacher_prosody import fit_frames, read_prosody
from allears.voice_frames import FRAME_S, log_mel
from allears.voice_sound import read_sound
from allears.voice_spec import VoiceSpec

__all__ = ["VoiceMeter", "said_by", "spoken", "true_frames"]


class VoiceMeter:
    """Measures models on the same clips.

    Args:
        clips: with `phones`, `teacher`, `speaker`, `accent`.
        spec: with all their voices.
        kinds: kind of task -> its name in the models.
    """

    def __init__(self, clips: Sequence[Clip], spec: VoiceSpec, kinds: Mapping[str, str]) -> None:
        self.clips, self.spec, self.kinds = list(clips), spec, dict(kinds)

    def measure(self, model: MultiTaskModel) -> VoiceScores:
        """The mean over the clips; nothing known without clips."""
        found = []
        for clip in self.clips:
            said = spoken(model, clip, self.spec, self.kinds)
            found.append(compare_frames(said, true_frames(clip), FRAME_S))
        return mean_scores(found)


def spoken(model: MultiTaskModel, clip: Clip, spec: VoiceSpec, kinds: Mapping[str, str]) -> SaidFrames:
    """What a model makes of a clip's phones."""
    return said_by(
        model, str(clip.labels["phones"]), str(clip.labels["speaker"]), str(clip.labels["accent"]), spec, kinds
    )


@torch.no_grad()
def said_by(
    model: MultiTaskModel, text: str, speaker: str, accent: str, spec: VoiceSpec, kinds: Mapping[str, str]
) -> SaidFrames:
    """What a model makes of phones, said by a voice in a dialect."""
    model.eval()
    phones = torch.tensor([spec.phone_ids(text)])
    voice = torch.tensor([[one.name for one in spec.voices].index(speaker)])
    dialect = torch.tensor([spec.dialects.index(accent)])
    prosody, frames = ProsodyGraph(model, kinds), FramesGraph(cast(MelHead, model.heads[kinds["spectrum"]]))
    features, how, durations = prosody(phones, voice, dialect, torch.ones(1), torch.zeros(1))
    mel, f0 = frames(features, how, durations, torch.arange(int(durations.sum())))
    return SaidFrames(mel[0].numpy(), f0[0].numpy(), durations[0].numpy())


def true_frames(clip: Clip) -> SaidFrames:
    """How it was said."""
    prosody = read_prosody(str(clip.labels["teacher"]))
    mel = log_mel(read_sound(clip.audio, clip.start_s, clip.duration_s))
    return SaidFrames(fit_frames(mel, len(prosody.f0)), prosody.f0, prosody.durations)
