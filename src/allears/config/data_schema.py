"""What a recipe may say about its data: which clips, how they are mixed, bent and batched."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["DataSection", "InputSection", "SourceSection"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SourceSection(_Strict):
    """Some clips of one manifest."""

    manifest: str
    """Path of a JSONL manifest, relative to the working folder; `${NAME}` is taken from the environment."""

    split: str | None = None
    """Only clips of this split (`train`, `dev`, `test`); all if absent."""

    where: dict[str, Any] = Field(default_factory=dict)
    """Only clips whose field has this value, or one of these if it is a list; `"*"`: that have the field at all."""

    labels: tuple[str, ...] | None = None
    """Label fields that are kept, the others are forgotten; all if absent."""

    add: dict[str, Any] = Field(default_factory=dict)
    """Label fields given to every clip that has none (`language: en` for a corpus that does not say so)."""

    namespace: tuple[str, ...] = ()
    """Label fields whose values are this corpus's own: each becomes `source/value`, so that speaker `12` of two
    corpora stays two people."""

    min_s: float = Field(default=0.0, ge=0)
    """Shorter clips are left out, seconds."""

    max_s: float | None = Field(default=None, gt=0)
    """Longer clips are left out, seconds; clips of unknown length stay."""

    limit: int | None = Field(default=None, gt=0)
    """At most so many clips, drawn evenly over the manifest; all if absent."""

    repeat: int = Field(default=1, gt=0)
    """How often each clip comes in an epoch."""

    weight: float = Field(default=1.0, gt=0)
    """Multiplies the share of this source in the mix."""


class InputSection(BaseModel):
    """What the encoder is given of a clip; other keys are options of its kind."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)

    kind: str = "audio"
    """Name of a builder in `allears/data/inputs`: `audio` (the sound), `phones` (what is said, for a model that
    speaks), `spoken-or-written` (the sound, and rows of `sentence` without any)."""

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the plug-in."""
        return dict(self.model_extra or {})


class DataSection(_Strict):
    """What is heard in training and evaluation."""

    train: tuple[SourceSection, ...] = Field(min_length=1)
    """Training clips."""

    dev: tuple[SourceSection, ...] = ()
    """Clips the run is judged on; never trained on. None: no evaluation."""

    input: InputSection = InputSection()
    """What the encoder is given of a clip."""

    noise: tuple[SourceSection, ...] = ()
    """Noise clips that augmentation mixes in."""

    rooms: tuple[SourceSection, ...] = ()
    """Room impulse responses that augmentation convolves with."""

    augment: dict[str, Any] = Field(default_factory=dict)
    """Options of the augmentation plan (see `docs/data.md`), for training clips only; empty: none."""

    spec_augment: dict[str, Any] = Field(default_factory=dict)
    """Options of SpecAugment (time and frequency masks on the log-mel), for training only; empty: none."""

    augment_dev: bool = False
    """Whether dev clips are augmented too, the same way at each evaluation (noise makes `speech` worth measuring)."""

    max_batch_s: float = Field(default=120.0, gt=0)
    """Padded seconds of audio in a batch: what bounds memory."""

    max_clips: int = Field(default=32, gt=0)
    """Clips in a batch."""

    temperature: float = Field(default=1.0, gt=0)
    """Sources are drawn in proportion to size^(1/temperature): 1 as they are, larger lifts the small ones."""

    task_temperature: float | None = Field(default=None, ge=1)
    """Clips are drawn so that tasks share the epoch in proportion to labelled clips^(1/task_temperature): 1 as they
    are, larger lifts tasks with few labels. No steering if absent."""

    task_shares: dict[str, float] = Field(default_factory=dict)
    """Task -> share of the epoch's clips that carry its label: `{emotion: 0.3}`; other tasks are not steered. Small
    tasks get there by repeating their clips."""

    num_workers: int = Field(default=0, ge=0)
    """Threads that load and augment; 0 does it between the steps, and is right on one or two cores."""

    max_unreadable: float = Field(default=0.0, ge=0, le=1)
    """Share of an epoch's clips that may be unreadable; they are left out, counted and warned of. 0: the first one
    stops the run."""

    @model_validator(mode="after")
    def _one_way_to_steer(self) -> DataSection:
        if self.task_temperature is not None and self.task_shares:
            raise ValueError("task_temperature and task_shares both say how tasks share the epoch: keep one of them")
        return self
