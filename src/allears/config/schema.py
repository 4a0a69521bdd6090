"""What a recipe may say: every setting of a training run, its unit, its default and why.

In: nested mappings (see `load.py`). Out: a frozen `Recipe`. A key that is not here is an error.
Sections with a `kind` (`encoder`, `sharing`, `tasks`, `balance`) also take the options of what they name; those are
checked against the builder's own signature when the run is built, so a plug-in never has to be listed here.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from allears.config.adapt_schema import AdaptSection
from allears.config.data_schema import DataSection

__all__ = [
    "BalanceSection",
    "CheckpointSection",
    "DistributedSection",
    "EncoderSection",
    "EvaluateSection",
    "InitSection",
    "OptimSection",
    "Recipe",
    "RegimeSection",
    "RegulariseSection",
    "ReverseSection",
    "SharingSection",
    "TaskSection",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class _Plugged(BaseModel):
    """A section whose extra keys are options of the plug-in it names."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the plug-in."""
        return dict(self.model_extra or {})


class EncoderSection(_Plugged):
    """The shared encoder; other keys are options of its kind."""

    kind: str
    """Name of a builder in `allears/encoders`: `whisper`, `cnn-bilstm`, `crdnn`, `conformer`, `hf`, `exported`, `text`;
    see docs/encoders.md."""

    freeze: str = "none"
    """Which part keeps its weights: `none`, `all`, `conv` (the front convolutions) or `lower N` (those and the lowest
    N layers). Heads on a frozen pretrained encoder train in minutes; the encoder cannot be spoiled."""

    init_from: str | None = None
    """Run folder or checkpoint whose encoder is taken over; every tensor must fit."""

    @field_validator("freeze")
    @classmethod
    def _known_freeze(cls, value: str) -> str:
        words = value.split()
        if value in ("none", "all", "conv") or (len(words) == 2 and words[0] == "lower" and words[1].isdigit()):
            return value
        raise ValueError(f"got {value!r}, allowed are none, all, conv and 'lower N' (N layers, for example 'lower 3')")


class SharingSection(_Plugged):
    """How tasks read the encoder; other keys are options of its kind."""

    kind: str = "hard"
    """Name of a builder in `allears/sharing`, see docs/sharing.md. `hard`: one encoder for all, a learned layer mix per
    task."""


class ReverseSection(_Strict):
    """Makes a task adversarial: its head learns, and the encoder unlearns what the head needs (gradient reversal)."""

    weight: float = Field(default=0.1, gt=0)
    """How strongly the encoder is pushed, at most: what the gradient into the features is multiplied by."""

    schedule: Literal["dann", "linear", "constant"] = "dann"
    """How the strength rises over the run: `dann` is 2 / (1 + exp(-10 p)) - 1 at progress p, `linear` is p, `constant`
    is 1 at once."""

    start: float = Field(default=0.0, ge=0, lt=1)
    """Share of the run in which the strength is 0: the head learns alone first."""

    is_exported: bool = False
    """Whether the model folder gets this head; it is a means of training, not an answer."""


class TaskSection(_Plugged):
    """One task; other keys are options of its builder. A value `{from_field: NAME}` stands for the sorted values that
    the field has in the training clips."""

    kind: str | None = None
    """Name of a builder in `allears/tasks`; the task's own name if absent."""

    reverse: ReverseSection | None = None
    """Makes the task adversarial; an ordinary task if absent."""


class BalanceSection(_Plugged):
    """How the losses of the tasks become one update; other keys are options of its kind."""

    kind: str = "fixed"
    """Name of a builder in `allears/balance`, see docs/balancing.md. `fixed`: a weighted sum."""


class RegimeSection(_Plugged):
    """Which tasks train when; other keys are options of its kind."""

    kind: str = "joint"
    """Name of a builder in `allears/regimes`. `joint`: all tasks at once."""


class RegulariseSection(_Plugged):
    """A penalty on weights, added to the loss; other keys are options of its kind."""

    kind: str
    """Name of a builder in `allears/regularise`: `l1`, `l2`, `l2-sp`, `ewc`, `task-vector-sparsity`."""

    weight: float = Field(gt=0)
    """What it is multiplied by."""

    parts: tuple[str, ...] = ("encoder",)
    """Whose weights, by the start of their names: `encoder`, `sharing`, `heads`, `heads.speech`; only those that
    train."""


class OptimSection(_Strict):
    """AdamW and its learning rate."""

    num_steps: int = Field(gt=0)
    """Optimiser steps of the whole run; the schedule ends here."""

    lr: float = Field(default=1e-3, gt=0)
    """Peak learning rate; suits small fresh heads. A pretrained encoder wants `encoder_lr` 10 to 100 times lower."""

    encoder_lr: float | None = Field(default=None, gt=0)
    """Peak learning rate of the encoder; `lr` if absent."""

    head_lr: float | None = Field(default=None, gt=0)
    """Peak learning rate of the heads; `lr` if absent."""

    lr_of: dict[str, float] = Field(default_factory=dict)
    """Peak learning rate of single parts, by the start of their parameters' names: `{heads.transcribe: 1e-5}` for a
    pretrained decoder beside fresh heads."""

    layer_decay: float | None = Field(default=None, gt=0, le=1)
    """Each encoder layer learns at this share of the rate of the one above it (0.9); all alike if absent."""

    weight_decay: float = Field(default=0.01, ge=0)
    """Of matrices only; biases, norms and layer mixes never decay. AdamW's usual value."""

    betas: tuple[float, float] = (0.9, 0.98)
    """AdamW's averaging of the gradient and its square; 0.98 is the Transformer's habit for short runs."""

    warmup_steps: int = Field(default=0, ge=0)
    """Steps over which the rate rises linearly from 0 to its peak."""

    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    """How the rate falls to 0 after the warm-up; `constant` does not fall."""

    accumulate: int = Field(default=1, gt=0)
    """Batches whose gradients are averaged into one step: a larger batch than memory holds."""

    clip_norm: float = Field(default=1.0, gt=0)
    """Largest norm of the whole gradient; a larger one is scaled down to it."""


class CheckpointSection(_Strict):
    """When the run saves itself."""

    every_steps: int = Field(default=500, gt=0)
    """Steps between checkpoints; what a killed machine loses at most."""

    keep: int = Field(default=2, gt=0)
    """Newest checkpoints kept; the best one by `evaluate.best` is kept besides."""


class DistributedSection(_Strict):
    """How several processes train together (`torchrun --nproc-per-node N -m allears train RECIPE`); one process alone
    needs nothing of this."""

    kind: Literal["ddp", "fsdp2"] = "ddp"
    """`ddp`: every process holds the whole model. `fsdp2`: the encoder's weights, gradients and optimiser state are
    spread over the processes, for encoders that do not fit one GPU."""


class EvaluateSection(_Strict):
    """When the run looks at the dev clips."""

    every_steps: int = Field(default=500, gt=0)
    """Steps between evaluations; the last step is always evaluated."""

    best: str | None = None
    """`TASK.METRIC` whose best value marks the best checkpoint (`speech.roc_auc`, `language.loss`), or `loss`: the
    sum of all dev losses. No best checkpoint is kept if absent."""

    first_s: float | None = Field(default=None, gt=0)
    """Only the first seconds of each dev clip are heard, to evaluate quickly; the whole clip if absent."""

    max_batches: int | None = Field(default=None, gt=0)
    """Only that many dev batches, to evaluate quickly; all if absent."""


class InitSection(_Strict):
    """Start from weights of another run; the optimiser starts fresh (to go on with a run use `--resume`)."""

    from_: str = Field(alias="from")
    """Run folder, checkpoint, or folder of an exported model. A head of other classes keeps the rows they share."""

    parts: tuple[str, ...] = ("encoder", "sharing", "heads")
    """Which parts are taken over: `encoder`, `sharing`, `heads`, `heads.speech`, ...; every tensor of a named part
    must fit."""


class Recipe(_Strict):
    """A whole training run."""

    name: str = Field(min_length=1)
    """Name of the run; its folder is `runs/NAME` unless `--out` says otherwise."""

    seed: int = Field(default=0, ge=0)
    """Of weights, order, augmentation, dropout: on one machine a seed gives the same losses to the last bit."""

    data: DataSection
    """What is heard."""

    encoder: EncoderSection
    """The shared encoder."""

    sharing: SharingSection = SharingSection()
    """How tasks read the encoder."""

    tasks: dict[str, TaskSection] = Field(min_length=1)
    """Task name -> its options."""

    balance: BalanceSection = BalanceSection()
    """How losses become one update."""

    regime: RegimeSection = RegimeSection()
    """Which tasks train when."""

    regularise: tuple[RegulariseSection, ...] = ()
    """Penalties on weights, besides `optim.weight_decay`."""

    optim: OptimSection
    """Optimiser and schedule."""

    init: InitSection | None = None
    """Weights to start from; fresh (or the encoder's own pretrained ones) if absent."""

    adapt: AdaptSection | None = None
    """Which weights of a trained model learn; all that `encoder.freeze` leaves if absent."""

    precision: Literal["fp32", "bf16"] = "fp32"
    """Numbers of the forward pass; `bf16` pays on processors with fast bfloat16 (recent GPUs, AMX)."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to train; `auto` is the GPU if there is one."""

    ema: float | None = Field(default=None, gt=0, lt=1)
    """Decay a step of an average of the weights (0.999: the last thousand steps or so). If on, the averaged weights
    are the ones evaluated and exported."""

    distributed: DistributedSection = DistributedSection()
    """How several processes train together."""

    checkpoint: CheckpointSection = CheckpointSection()
    """When the run saves itself."""

    evaluate: EvaluateSection = EvaluateSection()
    """When the run looks at the dev clips."""

    log_every_steps: int = Field(default=20, gt=0)
    """Steps between lines of the log; losses are means over these steps."""

    log_conflict_every_steps: int | None = Field(default=None, gt=0)
    """Steps between records of how the tasks' gradients stand to each other (cosines, norms); a backward pass a task.
    Never if absent."""

    log_affinity_every_steps: int | None = Field(default=None, gt=0)
    """Steps between records of what a step for one task does to the others' losses; a forward and a backward pass a
    task. Never if absent."""

    warn_starved_every_steps: int = Field(default=500, gt=0)
    """Steps after which a task that was heard in under 1 % of them is warned of."""

    @field_validator("tasks", mode="before")
    @classmethod
    def _empty_sections(cls, value: Any) -> Any:
        """`speech:` without options is YAML's null; it means no options."""
        if isinstance(value, dict):
            return {name: {} if section is None else section for name, section in value.items()}
        return value
