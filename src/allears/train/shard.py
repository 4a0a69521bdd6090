"""FSDP2: each process keeps a part of the encoder's weights, gradients and optimiser state.

In: a model, before its optimiser is made. Out: the same model, whose encoder's parameters are sharded (`DTensor`);
sharing and heads stay whole. Source: Zhao et al. 2023, "PyTorch FSDP"; `torch.distributed.fsdp.fully_shard`, a group a
layer and one for what lies outside the layers. Ours differs: gradients are added up, not averaged, since each process
has its part of a mean over all clips (`global_losses.py`).
In a checkpoint everything is whole, so that a run can go on with another number of processes or without sharding.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from allears.encoders.base import HasStages, Hidden
from allears.model import MultiTaskModel

__all__ = [
    "is_sharded",
    "load_sharded",
    "load_sharded_optimizer",
    "own_part",
    "shard_encoder",
    "step_one_by_one",
    "whole",
]


def is_sharded(tensor: Tensor) -> bool:
    """Whether this process has only a part of it."""
    return hasattr(tensor, "placements")  # a DTensor, whose module is imported only where it is needed


def shard_encoder(model: MultiTaskModel) -> None:
    """Shard the encoder over all processes, in place.

    Raises:
        ValueError: the encoder has no layers to shard by.
    """
    from torch.distributed.fsdp import FSDPModule, fully_shard

    encoder = model.encoder
    layers = encoder.stages().layers if isinstance(encoder, HasStages) else tuple(getattr(encoder, "layers", ()))
    if not layers:
        raise ValueError(f"{type(encoder).__name__} has no `layers` to shard by: set distributed.kind to ddp")
    names = {parameter: name for name, parameter in model.named_parameters()}
    # which task reaches what is found out by gradients of whole parameters: now, not later
    reached = {task: [names[p] for p in parameters] for task, parameters in model.reached.items()}
    _open_hidden()
    for module in (*layers, encoder):
        fully_shard(
            module, reshard_after_forward=True
        )  # the outermost, too: parameters are the sharded ones between passes
        assert isinstance(module, FSDPModule)
        module.set_gradient_divide_factor(1.0)
        module.set_force_sum_reduction_for_comms(True)  # gloo knows no other sum
    now = dict(model.named_parameters())
    model.keep_reached({task: [now[name] for name in found] for task, found in reached.items()})


def step_one_by_one(optimizer: torch.optim.Optimizer) -> None:
    """Step parameter by parameter: the fused kernels take no mixture of sharded and whole tensors."""
    for group in optimizer.param_groups:
        group |= {"fused": False, "foreach": False}


def whole(value: Any) -> Any:
    """The same mappings, lists and values with whole tensors; to be called by all processes."""
    if isinstance(value, Tensor):
        return value.full_tensor() if is_sharded(value) else value  # type: ignore[attr-defined]
    if isinstance(value, Mapping):
        return {key: whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(whole(item) for item in value)
    return value


def own_part(saved: Tensor, like: Tensor) -> Tensor:
    """A whole tensor, cut as `like` is cut."""
    if not is_sharded(like):
        return saved
    from torch.distributed.tensor import distribute_tensor

    mesh, placements = like.device_mesh, like.placements  # type: ignore[attr-defined]
    return distribute_tensor(saved.to(like.device), mesh, placements, src_data_rank=None)


def load_sharded(module: nn.Module, saved: Mapping[str, Tensor]) -> None:
    """`module.load_state_dict` of whole tensors."""
    own = module.state_dict()
    module.load_state_dict({name: own_part(value, own.get(name, value)) for name, value in saved.items()})


def load_sharded_optimizer(optimizer: torch.optim.Optimizer, saved: Mapping[str, Any]) -> None:
    """`optimizer.load_state_dict` of whole tensors; how this run steps (fused or not) is not taken over."""
    kinds: list[dict[str, Any]] = [
        {key: group[key] for key in ("fused", "foreach") if key in group} for group in optimizer.param_groups
    ]
    optimizer.load_state_dict(dict(saved))
    for group, kind in zip(optimizer.param_groups, kinds, strict=True):
        group |= kind
        for parameter in group["params"]:
            state = optimizer.state.get(parameter, {})
            for name, value in state.items():
                if isinstance(value, Tensor) and value.shape == parameter.shape:
                    state[name] = own_part(value, parameter)


@cache
def _open_hidden() -> None:
    """Let torch look for tensors inside `Hidden`, once: FSDP hangs its backward hooks on what a module gives."""
    torch.export.register_dataclass(Hidden)
