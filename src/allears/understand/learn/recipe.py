"""A run of open language, as a YAML file: which sentences, which network, how long.

In: YAML. Out: a frozen `TextRecipe`; relative paths stay relative to the working folder, `${NAME}` is taken from the
environment. See `recipes/understand/`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from allears.config.load import parse_settings

__all__ = ["Source", "TextRecipe", "load_text_recipe"]

_VARIABLE = re.compile(r"\$\{(\w+)\}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """One corpus, which brings its own set of labels."""

    train: str
    """File of sentences; see `allears/understand/learn/sentences.py`."""
    dev: str | None = None
    """The same, to watch the training with; the split `dev` of `train` if left out."""
    test: str | None = None
    """The same, for the numbers at the end; the split `test` of `train` if left out."""
    times: float = Field(1.0, gt=0)
    """How often an epoch has each sentence."""
    out_times: float = Field(5.0, gt=0)
    """The same for those out of scope: there are few."""
    domain_field: str | None = None
    """Field that holds the domain, renamed by `domains`; if left out, `domains` goes by the intent alone."""
    domains: dict[str, str] = {}
    """Intent, or value of `domain_field`, -> domain. The intent counts first."""


class TextRecipe(_Strict):
    """A run."""

    name: str
    """Of the model."""
    version: str = "1"
    """Of its weights."""
    seed: int = 0
    """Of heads, order and noise."""
    pretrained: str
    """Folder of a small BERT in Hugging Face's layout."""
    num_layers: int | None = None
    """The lowest so many of its layers; all if left out."""
    vocabulary_size: int = Field(9_000, ge=300)
    """Pieces to keep; 9,000 of width 384 are 3.5 MB in int8."""
    max_pieces: int = Field(128, ge=8, le=512)
    """Longest text; words past it are not heard."""
    sets: dict[str, Source] = Field(min_length=1)
    """Name of the set of labels -> where its sentences are."""
    num_epochs: int = Field(3, ge=1)
    """Passes over all sentences."""
    batch_size: int = Field(32, ge=1)
    """Sentences a step."""
    lr: float = Field(2e-4, gt=0)
    """Peak rate of the encoder."""
    head_lr: float = Field(2e-3, gt=0)
    """Peak rate of the heads, which begin at random."""
    weight_decay: float = Field(0.01, ge=0)
    """Of matrices (AdamW)."""
    warmup: float = Field(0.06, ge=0, lt=1)
    """Share of the steps in which the rate rises."""
    ema: float | None = Field(0.998, gt=0, lt=1)
    """Decay a step of an average of the weights, which is what is measured and exported; null for none. 0.998: the last
    500 steps or so, half an epoch of SNIPS."""
    weights: dict[str, float] = {}
    """Task -> weight of its loss; 1 where none is given."""
    noise: dict[str, float] | None = {}
    """Fields of `allears.understand.learn.noise.Noise`; null for none."""
    swap: float = Field(0.2, ge=0, le=1)
    """Share of the sentences some of whose values are exchanged for others of the same slot; 0 for none."""
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    """Share of an intent's target that all intents have in common. 0 where scope matters: it evens out how much the
    intents say together, by which a sentence out of scope is known."""
    scope_kept: float = Field(0.95, gt=0, lt=1)
    """Share of the dev sentences in scope that the threshold lets pass."""
    notes: str = ""
    """Free text for people: data and licence."""


def load_text_recipe(path: str | Path, overrides: Mapping[str, Any] | None = None) -> TextRecipe:
    """Read a recipe; `overrides` replace settings at its top.

    Raises:
        ValueError: no such file, not YAML, an unknown setting, a value out of range, a variable that is not set.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"no recipe at {path}: give the path of a YAML file, as recipes/understand/base.yaml")
    data = parse_settings(path.read_text(encoding="utf-8"), str(path)) | dict(overrides or {})
    try:
        return TextRecipe.model_validate(_expand(data, path))
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']} (got {e['input']!r})" for e in error.errors())
        raise ValueError(f"{path}: {told}; see allears/understand/learn/recipe.py for what there is") from error


def _expand(value: Any, path: Path) -> Any:
    """`${NAME}` in every text of a nested value."""
    if isinstance(value, dict):
        return {key: _expand(item, path) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    for name in _VARIABLE.findall(value):
        if name not in os.environ:
            raise ValueError(f"{path} reads the environment variable {name}, which is not set: export {name}=...")
    return _VARIABLE.sub(lambda match: os.environ[match[1]], value)
