"""Which runs there are, in the order that makes the table useful earliest.

In: targets, minutes, methods, seeds, and how much speech there is. Out: `Run`s: seed by seed, target by target (Czech
first), a cell after another; in each the methods of `METHODS`.

zero-shot       allears-base as it is, the language told: one a target.
lora-decoder    LoRA in the text decoder, on kept frames of the frozen encoder.
lora            LoRA in encoder and text decoder.
frozen          all of the text decoder learns, on kept frames of the frozen encoder.
full            everything learns, at low rates.
scratch         a CNN and BiLSTMs on MFCC, letters by CTC: nothing of allears-base.
lora-rehearsed  LoRA, a third of the clips English: for Czech alone, to see what is forgotten.
lora-beside     LoRA for a translation, the transcript learned beside it: both read one encoder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapting.subsets import ALL
from adapting.targets import Target

__all__ = [
    "BESIDE",
    "FROZEN",
    "FULL",
    "LORA",
    "LORA_DECODER",
    "METHODS",
    "REHEARSED",
    "SCRATCH",
    "ZERO_SHOT",
    "Run",
    "plan",
]

ZERO_SHOT, LORA_DECODER, LORA, FROZEN, FULL, SCRATCH = "zero-shot", "lora-decoder", "lora", "frozen", "full", "scratch"
REHEARSED, BESIDE = "lora-rehearsed", "lora-beside"
METHODS = (ZERO_SHOT, LORA_DECODER, LORA, FROZEN, FULL, SCRATCH, REHEARSED, BESIDE)
_OF_TRANSLATION = (ZERO_SHOT, LORA, BESIDE)
_REHEARSING = "cs"


@dataclass(frozen=True)
class Run:
    """One training and what it was measured on; `minutes` of speech, `ALL` for what there is."""

    target: str
    method: str
    minutes: float
    seed: int

    @property
    def key(self) -> str:
        """Its folder under `runs`."""
        if self.method == ZERO_SHOT:
            return f"{self.target}/{ZERO_SHOT}"
        told = "all" if self.minutes == ALL else f"{self.minutes:g}"
        return f"{self.target}/{told}/{self.method}/seed-{self.seed}"


def plan(
    targets: Sequence[Target],
    minutes: Sequence[float],
    seeds: Sequence[int],
    there: Mapping[str, float],
    methods: Sequence[str] = METHODS,
) -> Iterator[Run]:
    """The runs in their order, each once.

    Args:
        targets: in their order.
        minutes: of a cell; `ALL` for what there is. An amount that a target has not is left out.
        seeds: of the subset, the weights and the order of clips.
        there: target -> minutes to learn from.
        methods: those that a target has no use for are left out.

    Raises:
        ValueError: a method that there is not.
    """
    if unknown := sorted(set(methods) - set(METHODS)):
        raise ValueError(f"there is no method {', '.join(unknown)}: give some of {', '.join(METHODS)}")
    for seed in seeds:
        for target in targets:
            if ZERO_SHOT in methods and seed == seeds[0]:
                yield Run(target.name, ZERO_SHOT, ALL, seed)
            for amount in sorted({m for m in minutes if m < there[target.name]}, key=lambda m: m or float("inf")):
                for method in METHODS[1:]:
                    if method in methods and _is_for(method, target):
                        yield Run(target.name, method, amount, seed)


def _is_for(method: str, target: Target) -> bool:
    if target.task == "translate":
        return method in _OF_TRANSLATION
    return method != BESIDE and (method != REHEARSED or target.name == _REHEARSING)
