"""One new voice from beginning to end: align its clips, learn its vector, measure before and after, write the folder.

In: clips of a voice with their texts, the run and the folder of a speaking model. Out: in a folder, `material/` (what
was found of the clips), `run/`, `report.json` and `voice/`, a voice folder that has the new voice beside the old ones.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from allears.data.manifest import Clip, read_manifest
from allears.model import MultiTaskModel
from allears.scoring.voice import VoiceScores
from allears.speaking.voice import Voice
from allears.teacher_prosody import read_prosody
from allears.train.checkpoint import load_model, weights_of
from allears.transfer.voice.align import Phrase, align_phrases, edge_errors_ms
from allears.transfer.voice.clips import VoiceClips, clip_s
from allears.transfer.voice.folder import check_folder, write_folder
from allears.transfer.voice.learn import LearnPlan, kinds_of, learn_voice, read_run, write_start
from allears.transfer.voice.material import write_material
from allears.transfer.voice.measure import VoiceMeter, said_by
from allears.transfer.voice.newcomer import Newcomer, known_dialect, with_newcomer
from allears.transfer.voice.read import read_phrases
from allears.transfer.voice.tables import DIALECTS, VOICES
from allears.voice_spec import VoiceSpec

__all__ = ["AdaptedVoice", "adapt_voice"]

log = logging.getLogger(__name__)

MATERIAL, RUN, FOLDER, START, REPORT = "material", "run", "voice", "start.pt", "report.json"
_OLD_CLIPS = 20  # of the old voices, to measure on
_HELPERS = 200  # clips of old voices that help to align; more make it slower, and no better
_CHECKED = 4  # one in so many of them is aligned as if nothing were known of it

Tell = Callable[[str], None]


@dataclass(frozen=True)
class AdaptedVoice:
    """What was done.

    Attributes:
        name, dialect: of the new voice.
        minutes: it was learned from.
        num_clips, num_held_out: that were learned from, and measured on.
        aligner_ms: median distance of the edges it found from known ones, of old clips; None without such.
        before, after: of the held-out clips, with the vector that it began with and the one it learned.
        old_before, old_after: of clips of the old voices; None without such.
        folder: that has the new voice; None if the run was stopped.
    """

    name: str
    dialect: str
    minutes: float
    num_clips: int
    num_held_out: int
    aligner_ms: float | None
    before: VoiceScores
    after: VoiceScores | None
    old_before: VoiceScores | None
    old_after: VoiceScores | None
    folder: str | None


def adapt_voice(
    clips: VoiceClips, new: Newcomer, run: Path, folder: Path, out: Path, plan: LearnPlan, *, tell: Tell = log.info
) -> AdaptedVoice:
    """Learn a voice.

    Args:
        clips: of it.
        new: its name and dialect.
        run: of `recipes/voice/acoustic.yaml` or one like it.
        folder: that was packed from the run.
        out: of the results.
        plan: how it is learned; clips of `plan.replay` also help to align, and the old voices are measured on them.
        tell: given a line when something is done.

    Raises:
        ValueError: names that do not fit the model, a folder of another run, clips that cannot be aligned, an `out`
            that holds a run already.
    """
    _check_free(out)
    state, voice = read_run(run), Voice(folder)
    old = voice.spec
    spec, like = with_newcomer(old, new), known_dialect(old, new)
    weights = weights_of(state)
    check_folder(folder, {name: weights[name].cpu().numpy() for name in (VOICES, DIALECTS)}, old)
    others = _old_clips(plan.replay, old)
    train, held_out = (read_phrases(part, voice, like) for part in (clips.train, clips.held_out))
    kinds = kinds_of(state)
    write_start(state, old, new, out / START)
    first = load_model(out / START)
    found = _Found(train, held_out, others, lambda phones: _durations(first, phones, new, spec, kinds))
    tell(f"aligned {len(found.durations)} clips{found.told}")
    material = write_material(found.phrases, found.durations, new, spec, out / MATERIAL)
    meter = VoiceMeter([clip for clip in material if clip.split == "dev"], spec, kinds)
    old_meter = VoiceMeter(_spread([clip for clip in others if clip.split == "dev"] or others), spec, kinds)
    before, old_before = meter.measure(first), _known(old_meter, first)
    tell(f"before: {_short(before)}")
    is_new = new.dialect not in old.dialects
    learned = [clip for clip in material if clip.split == "train"]
    done = AdaptedVoice(
        new.name, new.dialect, round(sum(map(clip_s, learned)) / 60, 2), len(learned), len(material) - len(learned),
        found.error_ms, before, None, old_before, None, None,
    )  # fmt: skip
    if not learn_voice(state, out / START, out / MATERIAL, plan, out / RUN, is_new_dialect=is_new):
        return done
    model = load_model(out / RUN)
    done = replace(done, after=meter.measure(model), old_after=_known(old_meter, model), folder=str(out / FOLDER))
    lexicons = {new.dialect: like} if is_new else {}
    write_folder(folder, out / FOLDER, spec, model, kinds, lexicons, is_exported=bool(plan.rest_rate))
    _write_report(out / REPORT, run, done)
    return done


def _check_free(out: Path) -> None:
    """Before the work: what lies there would be mixed with what is found now."""
    if any((out / RUN / "checkpoints").glob("*.pt")):
        raise ValueError(f"{out} holds the run of a voice already: choose another --out, or remove {out / RUN} first")


class _Found:
    """When things were said in the clips, and how far that is from what is known of old clips.

    Attributes:
        phrases: that could be aligned, with their split.
        durations: of each.
        error_ms: median distance of edges from known ones; None without old clips.
    """

    def __init__(
        self,
        train: Sequence[Phrase],
        held_out: Sequence[Phrase],
        others: Sequence[Clip],
        guess: Callable[[str], np.ndarray],
    ) -> None:
        own = [_of_split(phrase, "train") for phrase in train] + [_of_split(phrase, "dev") for phrase in held_out]
        helpers = [_helper(clip, number) for number, clip in enumerate(_spread(others, _HELPERS), 1)]
        found = align_phrases([*own, *helpers], guess)
        kept = [(phrase, lasts) for phrase, lasts in zip(own, found, strict=False) if lasts is not None]
        if {phrase.clip.split for phrase, _ in kept} != {"train", "dev"}:
            raise ValueError(f"{len(kept)} of {len(own)} clips could be aligned: give more, with the text that is said")
        self.phrases, self.durations = [phrase for phrase, _ in kept], [lasts for _, lasts in kept]
        self.error_ms = _median_error(helpers, found[len(own) :])

    @property
    def told(self) -> str:
        """For the person waiting."""
        return (
            "" if self.error_ms is None else f"; the edges of old ones are found {self.error_ms:.0f} ms from known ones"
        )


def _helper(clip: Clip, number: int) -> Phrase:
    known = None if number % _CHECKED == 0 else read_prosody(str(clip.labels["teacher"])).durations
    return Phrase(clip, str(clip.labels["phones"]), known)


def _median_error(helpers: Sequence[Phrase], found: Sequence[np.ndarray | None]) -> float | None:
    errors = [
        edge_errors_ms(lasts, read_prosody(str(phrase.clip.labels["teacher"])).durations, phrase.phones)
        for phrase, lasts in zip(helpers, found, strict=True)
        if phrase.known is None and lasts is not None
    ]
    return round(float(np.median(np.abs(np.concatenate(errors)))), 1) if errors else None


def _durations(
    model: MultiTaskModel, phones: str, new: Newcomer, spec: VoiceSpec, kinds: Mapping[str, str]
) -> np.ndarray:
    """How long the model would have each phone last, said by the newcomer as far as it is known."""
    return said_by(model, phones, new.name, new.dialect, spec, kinds).durations.astype(np.float64)


def _of_split(phrase: Phrase, split: str) -> Phrase:
    return replace(phrase, clip=replace(phrase.clip, split=split))


def _old_clips(manifest: Path | None, spec: VoiceSpec) -> list[Clip]:
    """Clips of the old voices that can be measured; none without a manifest."""
    if manifest is None:
        return []
    names = {voice.name for voice in spec.voices}
    every = list(read_manifest(manifest))
    own = [c for c in every if {"teacher", "phones"} <= c.labels.keys() and c.labels.get("speaker") in names]
    if not own:
        raise ValueError(f"{manifest} has no clips of the old voices with phones and teacher: see recipes/voice")
    if len(own) < len(every):
        lost = len(every) - len(own)
        log.warning("%d of %d old clips are of no voice of the model, or have no teacher", lost, len(every))
    return own


def _spread(clips: Sequence[Clip], most: int = _OLD_CLIPS) -> list[Clip]:
    """At most so many, evenly over them."""
    step = max(1, -(-len(clips) // most))
    return list(clips[::step])


def _known(meter: VoiceMeter, model: MultiTaskModel) -> VoiceScores | None:
    return meter.measure(model) if meter.clips else None


def _short(scores: VoiceScores) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in asdict(scores).items() if value is not None)


def _write_report(path: Path, run: Path, done: AdaptedVoice) -> None:
    told: dict[str, Any] = {"run": str(run), **asdict(done)}
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)
