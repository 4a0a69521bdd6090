"""What a recipe may say about adapting a trained model: which of its weights learn."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AdaptSection"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class AdaptSection(_Strict):
    """Which weights of a trained model learn; see docs/adapt.md. Small heads of the tasks always do."""

    method: Literal["frozen", "partial", "gradual", "lora", "adapters", "full", "conditions"] = "lora"
    """`lora` and `adapters` add small matrices to the encoder and to text decoders, and nothing else of those learns.
    The others let text decoders learn, and of the encoder nothing (`frozen`), the highest layers (`partial`), one more
    layer every few steps (`gradual`) or all (`full`). With `conditions` the vectors of voices learn, and nothing
    else."""

    layers: int = Field(default=2, gt=0)
    """How many layers of the encoder learn, from the top; for `partial`."""

    every_steps: int = Field(default=50, gt=0)
    """Steps from one layer of the encoder to the next; for `gradual`."""

    rank: int = Field(default=8, gt=0)
    """Inner size of the added matrices, for `lora`: 4 to 32; Hu et al. 2021 find little gain above 8."""

    alpha: float = Field(default=16.0, gt=0)
    """What is added is multiplied by alpha / rank, for `lora`: twice the rank is usual."""

    targets: tuple[str, ...] = ("q", "v")
    """Which matrices, for `lora`: of attention `q`, `k`, `v`, `out`, and `ffn`. Queries and values are the choice of Hu
    et al. 2021; more learn more, and make a larger file."""

    parts: tuple[str, ...] = ("encoder", "decoder")
    """Where, for `lora` and `adapters`: `encoder`, `decoder`. Without the encoder, all other tasks stay as they are."""

    size: int = Field(default=32, gt=0)
    """Inner size of each adapter, for `adapters`."""

    tables: tuple[str, ...] = ("voices",)
    """Which vectors of an encoder that reads learn, for `conditions`: `voices`, `dialects`."""
